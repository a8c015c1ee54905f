// SIGKILL to the executor, before and after each request that it makes: the next cleanup removes whatever was there.
import { describe, expect, it, vi } from 'vitest';
import { openGate, type Passing } from './api-gate.ts';
import type { Attempt } from './attempt.ts';
import { clusterSuite } from './on-cluster.ts';
import type { RunningStage } from './stage-call.ts';

const suite = await clusterSuite('killed stages leave nothing that cleanup does not remove');

/** It is being pulled until its pod is deleted. */
const slow = 'registry.example.org/slow:latest';

/** Secrets of every kind are made for this job. */
const jobWithSecrets = () => ({
  credentials: [{ type: 'registry', url: 'r.example.org', username: 'u', password: 'p' }],
  variables: [{ key: 'A', value: 'a', public: true }],
  services: [
    {
      name: suite.cluster().busyboxImage,
      command: ['sleep', '60'],
      variables: [{ key: 'B', value: 'b' }],
    },
  ],
});

const both = (...requests: readonly string[]): readonly Passing[] =>
  requests.flatMap((request) => [
    { request, when: 'before' },
    { request, when: 'after' },
  ]);

interface Scene {
  readonly attempt: Attempt;
  /** Kills the stage at that point, once. */
  readonly killAt: (point: Passing, start: () => RunningStage) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** An attempt whose requests pass a gate; the gate is open until `killAt`, and afterwards. */
async function openScene(
  changes: { readonly image?: { readonly name: string }; readonly job_info?: object } = {},
  policy: Readonly<Record<string, unknown>> = {},
): Promise<Scene> {
  const armed: { point: Passing | null; stage: RunningStage | null } = { point: null, stage: null };
  const gate = await openGate(suite.embedded(), suite.cluster().directory, ({ request, when }) => {
    if (request !== armed.point?.request || when !== armed.point.when) return true;
    armed.stage?.signal('SIGKILL');
    return false;
  });
  return {
    attempt: suite.attempt({
      kubeconfig: gate.kubeconfig,
      policy,
      job: { ...jobWithSecrets(), ...changes },
    }),
    killAt: async (point, start) => {
      armed.point = point;
      armed.stage = start();
      const { exitCode, stderr } = await armed.stage.end;
      armed.point = null;
      // A stage that ended by itself never came to this point.
      expect(exitCode, stderr).toBeNull();
    },
    close: () => gate.close(),
  };
}

async function expectCleanupToRemoveAll(attempt: Attempt): Promise<void> {
  expect(await attempt.call('cleanup')).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
  // The cluster ends pods in its own time.
  await vi.waitFor(async () => expect(await suite.leftovers(attempt)).toEqual([]), { timeout: 30_000 });
}

describe.skipIf(suite.reasonNoFaults).concurrent('an executor that is killed', () => {
  // @promise leftovers: the executor is killed at any point — the next cleanup leaves nothing
  it.each(
    both(
      'list pods',
      'list secrets',
      'create secrets',
      'create pods',
      'patch secrets',
      'list events',
      'watch events',
      'watch pods',
      'exec helper',
      'exec build',
    ),
  )('an executor killed in prepare $when "$request" leaves nothing to the next cleanup', async (point) => {
    // Nobody watches a pod that a slow machine finds ready when it first looks.
    const isWatch = point.request.startsWith('watch');
    if (isWatch) await suite.embedded().faults.pulls({ image: slow, delayMs: 600_000 });
    const { attempt, killAt, close } = await openScene(isWatch ? { image: { name: slow } } : {});
    await killAt(point, () => attempt.start('prepare'));
    await expectCleanupToRemoveAll(attempt);
    await close();
  });

  // @promise leftovers: a prepare or cleanup is killed while it takes or gives back a lasting workspace — the next cleanup, prepare or sweep gives it back
  it.each([
    { stage: 'prepare', request: 'create persistentvolumeclaims', when: 'after', project_id: 61 },
    { stage: 'prepare', request: 'create pods', when: 'after', project_id: 62 },
    { stage: 'cleanup', request: 'patch persistentvolumeclaims', when: 'before', project_id: 63 },
  ] as const)(
    'a lasting workspace is given back by the next cleanup after a $stage killed $when "$request"',
    async ({ stage, project_id, ...point }) => {
      const job_info = { name: 'job', project_id, project_full_path: 'group/project', instance_uuid: 'i' };
      const { attempt, killAt, close } = await openScene(
        { job_info },
        { lasting_workspaces: { size: '1Gi' } },
      );
      const held = (): Promise<readonly string[]> => suite.heldClaims(attempt);
      if (stage === 'cleanup') await attempt.prepare();
      await killAt(point, () => attempt.start(stage));
      expect(await held()).toHaveLength(1);
      await expectCleanupToRemoveAll(attempt);
      expect(await held()).toEqual([]);
      await close();
    },
  );

  // @promise leftovers: the executor is killed at any point
  it.each([
    ...both('exec helper').map((point) => ({ ...point, subStage: 'get_sources' })),
    ...both('exec build').map((point) => ({ ...point, subStage: 'build_script' })),
    // User code is ended first.
    ...both('exec build', 'exec helper').map((point) => ({ ...point, subStage: 'archive_cache' })),
  ])(
    'an executor killed in $subStage $when "$request" leaves nothing after cleanup',
    async ({ subStage, ...point }) => {
      const { attempt, killAt, close } = await openScene();
      await attempt.prepare();
      if (subStage === 'archive_cache') await attempt.script('echo user code');
      await killAt(point, () => attempt.startScript('sleep 1000', subStage));
      await expectCleanupToRemoveAll(attempt);
      await close();
    },
  );

  // @promise leftovers: the executor is killed at any point
  it('an executor killed while its script runs leaves nothing after cleanup', async () => {
    const attempt = suite.attempt();
    await attempt.prepare();
    const stage = attempt.startScript('echo started; sleep 1000');
    await stage.says(/started/);
    stage.signal('SIGKILL');
    expect(await stage.end).toMatchObject({ exitCode: null });
    await expectCleanupToRemoveAll(attempt);
  });

  // @promise leftovers: the executor is killed at any point
  it.each(both('list pods', 'list secrets', 'delete pods', 'delete secrets'))(
    'an executor killed in cleanup $when "$request" leaves nothing after the next cleanup',
    async (point) => {
      const { attempt, killAt, close } = await openScene();
      await attempt.prepare();
      await killAt(point, () => attempt.start('cleanup'));
      await expectCleanupToRemoveAll(attempt);
      await close();
    },
  );
});
