import { expect, it } from 'vitest';
import type { JobObjects } from '../../../src/plan/job-plan.ts';
import { makeObjects } from '../../../src/stage/prepare/make-objects.ts';
import { fakeIo } from '../fake-io.ts';
import { clusterOf } from '../prepare-fixture.ts';

const secret = (name: string): JobObjects['secrets'][number] => ({ kind: 'Secret', metadata: { name } });

it('makes the secrets, then the pod, and gives them to it', async () => {
  const cluster = clusterOf();
  const pod = { kind: 'Pod', metadata: { name: 'job-1-a' }, spec: {} };
  const deadline = { remainingMilliseconds: () => 1000 } as Parameters<typeof makeObjects>[1]['deadline'];

  const made = await makeObjects(
    { pod, secrets: [secret('job-1-a-pull'), secret('job-1-a-services')] },
    { cluster, io: fakeIo(), deadline },
  );

  expect(made.metadata).toMatchObject({ name: 'job-1-a', uid: 'uid-1' });
  expect(cluster.calls).toEqual(['createSecret', 'createSecret', 'createPod', 'adoptSecret', 'adoptSecret']);
  expect(cluster.of('createPod')[0]?.[0]).toBe(pod);
  expect(cluster.of('adoptSecret').map(([owned, owner]) => [owned.name, owner.name])).toEqual([
    ['job-1-a-pull', 'job-1-a'],
    ['job-1-a-services', 'job-1-a'],
  ]);
});
