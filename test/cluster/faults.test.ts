// The table of faults of docs/reliability.md, row by row, on the embedded cluster: a real cluster does not break on demand.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Faults } from '../embedded-cluster/fault/faults.ts';
import type { JobResult } from '../model-runner/result.ts';
import { type ClusterUnderTest, startClusterUnderTest, whyNoCluster } from './cluster-under-test.ts';
import { kubectl } from './kubectl.ts';

const reason = process.env['KUBECONFIG'] ? 'a real cluster does not break on demand' : await whyNoCluster();
if (reason) console.warn(`SKIPPED: the table of faults needs the embedded cluster; ${reason}`);

let cluster: ClusterUnderTest;
let faults: Faults;
beforeAll(async () => {
  if (reason) return;
  cluster = await startClusterUnderTest();
  if (!cluster.embedded) throw new Error('The embedded cluster is missing.');
  faults = cluster.embedded.faults;
});
afterAll(async () => {
  if (!reason) await cluster.stop();
});
beforeEach(async () => {
  if (reason) return;
  await faults.clear();
  // An API server that was away for a job's cleanup leaves its pod to the deadline, or to us; it may still be away.
  const label = 'app.kubernetes.io/managed-by=gitlab-pod-executor';
  const removed = (): string => kubectl(cluster, 'delete', 'pods', '-l', label, '--wait=false');
  await expect.poll(removed, { timeout: 30_000, interval: 500 }).toBeTypeOf('string');
});

const numbered = (count: number): string =>
  `i=0; while [ $i -lt ${count} ]; do i=$((i+1)); echo "line $i äöü€"; sleep 0.1; done`;
const whole = (count: number): string =>
  Array.from({ length: count }, (_, index) => `line ${index + 1} äöü€\n`).join('');
const endless = ['i=0; while :; do i=$((i+1)); echo "line $i"; sleep 0.1; done'];

/** The pod of the job that runs now; one that is on its way out is none. */
function podName(): string {
  const { items } = JSON.parse(kubectl(cluster, 'get', 'pods', '-o', 'json')) as {
    items: { metadata: { name: string; deletionTimestamp?: string } }[];
  };
  return items.find(({ metadata }) => metadata.deletionTimestamp === undefined)?.metadata.name ?? '';
}

/** Runs an endless job and does something to it when it has printed its third line. */
function struck(strike: (pod: string) => unknown): Promise<JobResult> {
  return cluster.run({ script: endless }, { on: [{ trace: /^line 3$/m, do: () => strike(podName()) }] });
}

describe.skipIf(reason)('streams that break', () => {
  // @promise outage: the API server is away for some seconds, or restarted
  // @promise code: the container runtime stops, and exec reports a `Success` that never was — not believed; followed again
  // @promise outage: exec answers 404 or 500 while the pod lives — retried
  // @promise outage: a watch is cut, or too old (410) — resumed, nothing missed
  it.each([
    ['RST in mid-output', () => faults.cutExecs({ how: 'rst' })],
    ['FIN in mid-output', () => faults.cutExecs({ how: 'fin' })],
    ['a Success that the runtime made up', () => faults.pretendSuccess()],
    ['the API server away for five seconds', () => faults.apiAway({ ms: 5000 })],
    [
      'a connection that goes silent',
      async () => {
        await faults.freezeExecs();
        setTimeout(() => void faults.thawExecs().catch(() => undefined), 12_000);
      },
    ],
    [
      'three refusals when coming back',
      async () => {
        await faults.refuse({
          verb: 'get',
          resource: 'pods',
          subresource: 'exec',
          status: 404,
          message: 'pods "x" not found',
          times: 2,
        });
        await faults.refuse({
          verb: 'get',
          resource: 'pods',
          subresource: 'exec',
          status: 500,
          message: 'error dialing backend',
          times: 1,
        });
        await faults.cutExecs();
      },
    ],
    [
      'watches that are cut and too old',
      async () => {
        await faults.cutWatches();
        await faults.expireWatches();
      },
    ],
  ])('the log is whole and the exit code true after this fault: %s', async (_, strike) => {
    const result = await cluster.run(
      { script: [numbered(30), 'exit 7'] },
      { on: [{ trace: /^line 5 /m, do: strike }] },
    );
    expect(result.readableTrace).toContain(whole(30));
    expect(result).toMatchObject({ state: 'failed', failureReason: 'script_failure', exitCode: 7 });
  });

  // @promise log: a cut during the upload, before the first byte, inside a character, twice in a row — log byte-identical, script ran once
  it.each([
    ['during the upload', { stdinFrames: 1 }],
    ['before the first byte', { outputBytes: 0 }],
    ['inside a character', { outputBytes: 9 }],
  ])('a cut %s, twice in a row: started once, nothing lost', async (_, rule) => {
    const result = await cluster.run(
      { script: ['echo x >> /tmp/started', numbered(5), 'wc -l < /tmp/started', 'exit 3'] },
      {
        on: [
          {
            trace: /Getting source/,
            do: () => faults.cutNextExecs({ container: 'build', times: 2, ...rule }),
          },
        ],
      },
    );
    expect(result.readableTrace).toContain(`${whole(5)}$ wc -l < /tmp/started\n1\n`);
    expect(result).toMatchObject({ state: 'failed', exitCode: 3 });
  });

  // @promise outage: the API server is away for longer than `timeouts.reconnect` — system failure; the script is stopped if it can be reached, its pod deleted otherwise
  it('an outage longer than timeouts.reconnect is a system failure, and never a success', async () => {
    const result = await cluster.run(
      { script: [numbered(600)] },
      {
        policy: { timeouts: { ready: '60s', reconnect: '4s', stop_grace: '1s' } },
        on: [{ trace: /^line 3 /m, do: () => faults.apiAway({ ms: 15_000 }) }],
      },
    );
    expect(result).toMatchObject({ state: 'failed', failureReason: 'runner_system_failure' });
    expect(result.readableTrace).toContain('timeouts.reconnect');
  });

  // @promise setting: a token is replaced in mid-job — re-read
  it('a token that is replaced in mid-job is re-read', async () => {
    const result = await cluster.run(
      { script: [numbered(20), 'exit 5'] },
      {
        on: [
          {
            trace: /^line 3 /m,
            do: async () => {
              await faults.rotateToken();
              await faults.cutExecs();
            },
          },
        ],
      },
    );
    expect(result.readableTrace).toContain(whole(20));
    expect(result.exitCode).toBe(5);
  });
});

describe.skipIf(reason)('pods that die', () => {
  // @promise death: the pod is evicted: node short; own disk limit — names the resource: system failure; build failure
  // @promise death: a container is killed for memory; a child alone — build failure 137 that names the limit
  // @promise death: the node is lost, the pod preempted — system failure that says so
  it.each([
    ['deleted', (pod: string) => faults.deletePod({ pod }), 'runner_system_failure', /was deleted/],
    [
      'evicted by a node that ran short',
      (pod: string) =>
        faults.evict({
          pod,
          message: 'The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi.',
        }),
      'runner_system_failure',
      /evicted.*low on resource: memory/,
    ],
    [
      'evicted for its own disk use',
      (pod: string) =>
        faults.evict({
          pod,
          message: 'Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ',
        }),
      'script_failure',
      /wrote more to disk than it may/,
    ],
    [
      'out of memory',
      (pod: string) => faults.oomKill({ pod, container: 'build' }),
      'script_failure',
      /ran out of memory \(limit 512Mi\)/,
    ],
    [
      'lost with its node',
      (pod: string) => faults.loseNode({ pod }),
      'runner_system_failure',
      /lost the node/,
    ],
    ['preempted', (pod: string) => faults.preempt({ pod }), 'runner_system_failure', /preempted|was deleted/],
  ])(
    'a pod that is %s ends its job with the reason in one sentence, and never a success',
    async (_, strike, failureReason, words) => {
      const result = await struck(strike);
      expect(result).toMatchObject({ state: 'failed', failureReason });
      expect(result.readableTrace).toMatch(words);
    },
  );

  // @promise death: a container is killed for memory; a child alone
  it('a child that the kernel killed for memory is not left as a bare 137', async () => {
    const result = await cluster.run(
      { script: ['echo begin', 'sleep 1000'] },
      {
        on: [
          {
            trace: /^begin$/m,
            do: () => faults.oomKillProcess({ pod: podName(), container: 'build', command: 'sleep 1000' }),
          },
        ],
      },
    );
    expect(result).toMatchObject({ state: 'failed', exitCode: 137, failureReason: 'script_failure' });
    expect(result.readableTrace).toMatch(/Exit code 137: .*memory/);
  });

  // @promise death: bash itself is killed — its script is not printed
  it('a bash that is killed itself prints no script', async () => {
    const result = await cluster.run({
      variables: { GIT_STRATEGY: 'none', UNMASKED: 'unmasked-canary-value' },
      script: ['echo begin; kill -9 $BASHPID'],
    });
    expect(result.state).toBe('failed');
    expect(result.readableTrace).not.toContain('unmasked-canary-value');
  });
});

describe.skipIf(reason)('pods that do not start', () => {
  // @promise start: an image is not found, or access is refused — build failure at once, with the registry's reason
  it.each([
    ['not-found', 'script_failure', /does not exist/],
    ['denied', 'script_failure', /refuses access/],
  ] as const)(
    "an image that is %s ends the job once, with the registry's reason",
    async (failure, failureReason, words) => {
      await faults.pulls({ image: cluster.buildImage, failure });
      const result = await cluster.run({ script: ['echo never'] }, { policy: { pull_policy: 'always' } });
      expect(result).toMatchObject({ state: 'failed', failureReason });
      expect(result.readableTrace).toMatch(words);
      expect(result.calls.filter(({ name }) => name === 'prepare')).toHaveLength(1);
    },
  );

  // @promise start: a registry is busy or away, a quota full, the API server answers 429 — waited for, with a line in the log
  it('a registry that is busy at first is waited for', async () => {
    await faults.pulls({ image: cluster.buildImage, failure: 'too-many-requests', times: 1 });
    const result = await cluster.run({ script: ['echo ran'] }, { policy: { pull_policy: 'always' } });
    expect(result.state).toBe('success');
  });

  // @promise start: a registry is busy or away, a quota full, the API server answers 429
  it('a full quota is waited for, and said', async () => {
    await faults.exhaustQuota({ times: 1 });
    const result = await cluster.run({ script: ['echo ran'] });
    expect(result.state).toBe('success');
    expect(result.readableTrace).toMatch(/waiting: .*quota/);
  });

  // @promise start: a registry is busy or away, a quota full, the API server answers 429
  it('an API server that is asked too much is asked again', async () => {
    await faults.refuse({ verb: 'create', resource: 'pods', status: 429, retryAfterSeconds: 1, times: 2 });
    const result = await cluster.run({ script: ['echo ran'] });
    expect(result.state).toBe('success');
  });

  // @promise start: no node has room — the log says so while the job waits; system failure at `timeouts.ready`
  it('a pod that finds no node is reported, and ends as a system failure at the deadline', async () => {
    await faults.keepPending({ message: '0/3 nodes are available: 3 Insufficient cpu.' });
    const result = await cluster.run({ script: ['echo never'] }, { policy: { timeouts: { ready: '3s' } } });
    expect(result).toMatchObject({ state: 'failed', failureReason: 'runner_system_failure' });
    expect(result.readableTrace).toContain('Insufficient cpu');
  });

  // @promise setting: an API server or a webhook drops `hostUsers` — no byte of the job runs
  it('an API server that drops hostUsers gets no job', async () => {
    await faults.dropHostUsers({ times: 3 });
    const result = await cluster.run({ script: ['echo NEVER RUNS'] });
    expect(result).toMatchObject({ state: 'failed', failureReason: 'runner_system_failure' });
    expect(result.readableTrace).toContain('no user namespace of its own');
    expect(result.readableTrace).not.toContain('$ echo NEVER');
  });

  // @promise setting: a webhook adds a container — changes nothing
  it('a container that a webhook added changes nothing', async () => {
    await faults.injectContainer({
      container: { name: 'istio-proxy', image: cluster.buildImage, command: ['sh', '-c', 'sleep 1000'] },
    });
    const result = await cluster.run({ script: ['exit 6'] });
    expect(result.exitCode).toBe(6);
  });
});

describe.skipIf(reason)('stages that are killed', () => {
  // @promise leftovers: a deletion is answered with 5xx during cleanup — retried, then left to the deadline and `sweep`
  it('cleanup retries when the API server answers 5xx', async () => {
    const result = await cluster.run(
      { script: ['echo done'] },
      {
        on: [
          {
            trace: /^done$/m,
            do: () => faults.refuse({ verb: 'delete', resource: 'pods', status: 503, times: 2 }),
          },
        ],
      },
    );
    expect(result.state).toBe('success');
    await expect.poll(podName, { timeout: 20_000 }).toBe('');
  });
});
