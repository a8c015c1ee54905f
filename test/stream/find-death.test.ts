import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Pod, PodStatus } from '../../src/cluster/cluster.ts';
import { findDeath } from '../../src/stream/find-death.ts';

const place = { name: 'job-1-abcdefgh', uid: 'uid-1', container: 'build' };

function podWith(state: ContainerStatus['state'], status: PodStatus = {}): Pod {
  return {
    metadata: { name: place.name, uid: place.uid },
    spec: { nodeName: 'node-7', containers: [{ name: 'build' }] },
    status: {
      phase: 'Running',
      containerStatuses: [{ name: 'build', ready: true, ...(state ? { state } : {}) }],
      ...status,
    },
  };
}

const alive = podWith({ running: {} });
const ended = podWith({ terminated: { exitCode: 0, reason: 'Completed' } });
const full = 'Usage of EmptyDir volume "control-build" exceeds the limit "5632Mi". ';
const evicted = podWith({ waiting: {} }, { phase: 'Failed', reason: 'Evicted', message: full });

/** Answers one after the other, then aborts: nobody waits for patience to end. */
async function find(first: Pod | null, later: readonly (Pod | null | Error)[] = []) {
  const over = new AbortController();
  const answers = [...later];
  let asked = 0;
  const getPod = (): Promise<Pod | null> => {
    asked += 1;
    const answer = answers.shift();
    if (answers.length === 0) over.abort();
    if (answer === undefined || answer instanceof Error)
      return Promise.reject(answer ?? new Error('no more'));
    return Promise.resolve(answer);
  };
  const death = await findDeath({ getPod }, first, place, over.signal);
  return { code: death?.code ?? null, message: death?.message ?? '', asked };
}

describe('findDeath', () => {
  it('says at once what is known at once', async () => {
    expect(await find(alive)).toMatchObject({ code: null, asked: 0 });
    expect(await find(null)).toMatchObject({ code: 'pod-gone', asked: 0 });
    expect(await find(evicted)).toMatchObject({ code: 'storage-exceeded', asked: 0 });
    const killed = podWith({ terminated: { exitCode: 137, reason: 'OOMKilled' } });
    expect(await find(killed)).toMatchObject({ code: 'out-of-memory', asked: 0 });
  });

  it.each<[string, Pod | null, string]>([
    ['an eviction', evicted, 'storage-exceeded'],
    [
      'the end of its time',
      podWith(undefined, { phase: 'Failed', reason: 'DeadlineExceeded' }),
      'deadline-exceeded',
    ],
    ['a deletion', null, 'pod-gone'],
  ])('waits for the reason of a container that just ended: %s', async (_, last, code) => {
    const { code: found, asked } = await find(ended, [ended, new Error('503'), last]);
    expect({ found, asked }).toEqual({ found: code, asked: 3 });
  });

  it('calls it an end of its own when no reason comes', async () => {
    const { code, message } = await find(ended, [ended]);
    expect(code).toBe('pod-gone');
    expect(message).toContain('The build container ended by itself (Completed, exit code 0)');
  });

  it('says nothing of a pod of another attempt beyond that ours is gone', async () => {
    const other = { ...ended, metadata: { ...ended.metadata, uid: 'uid-2' } };
    expect(await find(other)).toMatchObject({ code: 'pod-gone', asked: 0 });
  });
});
