import { expect, it } from 'vitest';
import { SystemFailure } from '../../../src/outcome/system-failure.ts';
import type { JobObjects } from '../../../src/plan/job-plan.ts';
import { startDeadline } from '../../../src/stage/deadline.ts';
import { type MakeInput, makeObjects } from '../../../src/stage/prepare/make-objects.ts';
import { fakeIo } from '../fake-io.ts';
import { clusterOf } from '../prepare-fixture.ts';

const deadline: MakeInput['deadline'] = startDeadline(3600);
const secret = (name: string): JobObjects['secrets'][number] => ({ kind: 'Secret', metadata: { name } });

it('makes the secrets, then the pod, and gives them to it', async () => {
  const cluster = clusterOf();
  const pod = { kind: 'Pod', metadata: { name: 'job-1-a' }, spec: {} };

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

it('ends only when no secret is on its way any more, so that whoever clears away finds all of them', async () => {
  const refused = new SystemFailure('forbidden', { what: 'no right to make Secrets' });
  const open = new Set<string>();
  const cluster = clusterOf({
    createSecret: async ({ metadata }) => {
      const { name } = metadata as { name: string };
      if (name === 'a') throw refused;
      open.add(name);
      await new Promise((resolve) => setTimeout(resolve, 20));
      open.delete(name);
      return { name, uid: name };
    },
  });
  const pod = { kind: 'Pod', metadata: { name: 'job-1-a' }, spec: {} };

  const done = makeObjects({ pod, secrets: [secret('b'), secret('a')] }, { cluster, io: fakeIo(), deadline });

  await expect(done).rejects.toBe(refused);
  expect([...open]).toEqual([]);
  expect(cluster.calls).not.toContain('createPod');
});

it('waits for no quota any more once a secret is refused', async () => {
  const refused = new SystemFailure('forbidden', { what: 'no right to make Secrets' });
  const full = new SystemFailure(
    'quota',
    { what: 'the quota is full' },
    { retryAfterSeconds: 600, isTransient: true },
  );
  const cluster = clusterOf({
    createSecret: async ({ metadata }) => {
      if ((metadata as { name: string }).name === 'full') throw full;
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw refused;
    },
  });
  const pod = { kind: 'Pod', metadata: { name: 'job-1-a' }, spec: {} };

  await expect(
    makeObjects({ pod, secrets: [secret('full'), secret('a')] }, { cluster, io: fakeIo(), deadline }),
  ).rejects.toBe(refused);
});
