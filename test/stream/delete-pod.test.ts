import { describe, expect, it } from 'vitest';
import { deletePodInTime } from '../../src/stream/delete-pod.ts';
import { fakeCluster } from '../stage/fake-cluster.ts';

const pod = { name: 'job-1', uid: 'uid-1' };

describe('deletePodInTime', () => {
  it.each([
    ['a pod that is being deleted', () => Promise.resolve('deleting' as const), true],
    ['a pod that is gone', () => Promise.resolve('not-found' as const), true],
    ['no answer', () => Promise.reject(new Error('no answer')), false],
  ])('says whether the cluster confirmed the deletion: %s', async (_, deletePod, isDeleted) => {
    const cluster = fakeCluster({ deletePod });
    expect(await deletePodInTime(cluster, pod)).toBe(isDeleted);
    expect(cluster.of('deletePod').map(([target]) => target)).toEqual([pod]);
  });

  it('takes no more time than it is given', async () => {
    const cluster = fakeCluster({
      deletePod: (_, options) =>
        new Promise((_resolve, reject) =>
          options?.signal?.addEventListener('abort', () => reject(new Error())),
        ),
    });
    expect(await deletePodInTime(cluster, pod, AbortSignal.timeout(10))).toBe(false);
  });
});
