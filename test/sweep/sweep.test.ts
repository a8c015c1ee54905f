import { describe, expect, it } from 'vitest';
import type { Cluster, Pod } from '../../src/cluster/cluster.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import { sweep } from '../../src/sweep/sweep.ts';
import { describeSweep, isClean, sweepJson } from '../../src/sweep/sweep-report.ts';
import { unusedCluster } from '../stage/unused-cluster.ts';

type Secret = Awaited<ReturnType<Cluster['listSecrets']>>[number];

const now = new Date('2026-11-21T12:00:00Z');
const ours = { 'app.kubernetes.io/managed-by': 'gitlab-pod-executor' };
const people = { 'gitlab-pod-executor/job': 'unit tests', 'gitlab-pod-executor/project': 'group/project' };
const plain = { width: 100, hasColours: false };

function ago(minutes: number): string {
  return new Date(now.getTime() - minutes * 60_000).toISOString();
}

/** A pod that is 30 minutes old, runs, and has another 30 minutes. */
function pod(
  name: string,
  { metadata = {}, status = { phase: 'Running' } }: { metadata?: object; status?: object } = {},
): Pod {
  return {
    metadata: {
      name,
      uid: `uid-of-${name}`,
      creationTimestamp: ago(30),
      labels: { ...ours, 'gitlab-pod-executor/job-id': name.split('-')[1] ?? '' },
      annotations: { ...people, 'gitlab-pod-executor/deadline': ago(-30) },
      ...metadata,
    },
    spec: {},
    status,
  };
}

function finished(phase: 'Failed' | 'Succeeded', minutes: number): object {
  return {
    phase,
    containerStatuses: [{ name: 'build', state: { terminated: { exitCode: 1, finishedAt: ago(minutes) } } }],
  };
}

function deadline(minutes: number): object {
  return { annotations: { ...people, 'gitlab-pod-executor/deadline': ago(minutes) } };
}

function secret(name: string, rest: Partial<Secret> = {}): Secret {
  return {
    name,
    uid: `uid-of-${name}`,
    labels: { ...ours, 'gitlab-pod-executor/job-id': name.split('-')[1] ?? '' },
    creationTimestamp: ago(45),
    ...rest,
  };
}

interface Stock {
  readonly pods?: readonly Pod[];
  readonly secrets?: readonly Secret[];
  /** By name: what a deletion answers, or why it fails. */
  readonly answers?: Readonly<Record<string, 'not-found' | Error>>;
}

/** Holds what it is given; a deletion takes the object only under its own uid. */
function clusterWith({ pods = [], secrets = [], answers = {} }: Stock): {
  cluster: Cluster;
  deleted: string[];
} {
  const deleted: string[] = [];
  const remove = (object: { name: string; uid?: string }): Promise<'deleting' | 'not-found'> => {
    const answer = answers[object.name] ?? 'deleting';
    if (answer instanceof Error) return Promise.reject(answer);
    if (object.uid !== `uid-of-${object.name}`) return Promise.resolve('not-found');
    if (answer === 'deleting') deleted.push(object.name);
    return Promise.resolve(answer);
  };
  const cluster: Cluster = {
    ...unusedCluster,
    namespace: 'ci',
    listPods: () => Promise.resolve(pods),
    listSecrets: () => Promise.resolve(secrets),
    deletePod: remove,
    deleteSecret: remove,
  };
  return { cluster, deleted };
}

function sweepOf(cluster: Cluster, isDryRun = false, signal = new AbortController().signal) {
  const patience = { finishedAfterSeconds: 600, secretAfterSeconds: 1200 };
  return sweep({ cluster, now, gracePeriods: patience, workspaceLimits: null, isDryRun, signal });
}

async function deletedFrom(stock: Stock): Promise<string[]> {
  const { cluster, deleted } = clusterWith(stock);
  await sweepOf(cluster);
  return deleted;
}

describe('sweep', () => {
  it.each<[string, Pod, boolean]>([
    ['runs before its deadline', pod('job-1-a'), false],
    ['runs past its deadline', pod('job-1-a', { metadata: deadline(1) }), true],
    [
      'waits for a node past its deadline',
      pod('job-1-a', { metadata: deadline(1), status: { phase: 'Pending' } }),
      true,
    ],
    ['failed longer ago than --finished-after', pod('job-1-a', { status: finished('Failed', 11) }), true],
    [
      'succeeded longer ago than --finished-after',
      pod('job-1-a', { status: finished('Succeeded', 11) }),
      true,
    ],
    ['failed a moment ago', pod('job-1-a', { status: finished('Failed', 9) }), false],
    [
      'was evicted a moment ago and says nothing of its containers',
      pod('job-1-a', {
        status: {
          phase: 'Failed',
          conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: ago(2) }],
        },
      }),
      false,
    ],
    [
      'failed, nobody knows when, and was made long ago',
      pod('job-1-a', { status: { phase: 'Failed' } }),
      true,
    ],
    ['has no deadline and runs', pod('job-1-a', { metadata: { annotations: {} } }), false],
    [
      'has a deadline that is no time and runs',
      pod('job-1-a', { metadata: { annotations: { 'gitlab-pod-executor/deadline': 'soon' } } }),
      false,
    ],
    ['is being deleted', pod('job-1-a', { metadata: { deletionTimestamp: ago(1), ...deadline(1) } }), false],
    [
      'is not ours, whatever the selector let through',
      pod('job-1-a', { metadata: { labels: {}, ...deadline(1) } }),
      false,
    ],
  ])('a pod that %s', async (_, given, isTaken) => {
    expect(await deletedFrom({ pods: [given] })).toEqual(isTaken ? ['job-1-a'] : []);
  });

  it.each<[string, Stock, boolean]>([
    ['has no pod for longer than a pod may wait', { secrets: [secret('job-1-a-pull')] }, true],
    [
      'is young: its pod may wait for quota',
      { secrets: [secret('job-1-a-pull', { creationTimestamp: ago(19) })] },
      false,
    ],
    [
      'holds the variables of services of a pod in use',
      { secrets: [secret('job-1-a-services')], pods: [pod('job-1-a')] },
      false,
    ],
    ['has a pod in use', { secrets: [secret('job-1-a-pull')], pods: [pod('job-1-a')] }, false],
    [
      'is owned: the cluster removes it with its pod',
      { secrets: [secret('job-1-a-pull', { ownerUid: 'u' })] },
      false,
    ],
    [
      'has an unknown age',
      { secrets: [{ name: 'job-1-a-pull', uid: 'uid-of-job-1-a-pull', labels: ours }] },
      false,
    ],
    ['is not ours', { secrets: [secret('job-1-a-pull', { labels: {} })] }, false],
  ])('a secret that %s', async (_, stock, isTaken) => {
    expect(await deletedFrom(stock)).toEqual(isTaken ? ['job-1-a-pull'] : []);
  });

  it('takes the secret of a pod that it takes, however young', async () => {
    const stock = {
      pods: [pod('job-1-a', { metadata: deadline(1) })],
      secrets: [secret('job-1-a-pull', { creationTimestamp: ago(1) })],
    };
    expect(await deletedFrom(stock)).toEqual(['job-1-a', 'job-1-a-pull']);
  });

  it('asks the cluster for objects with our label only, secrets before pods', async () => {
    const asked: string[] = [];
    const { cluster } = clusterWith({});
    await sweepOf({
      ...cluster,
      listPods: (selector) => Promise.resolve(void asked.push(`pods ${selector}`)).then(() => []),
      listSecrets: (selector) => Promise.resolve(void asked.push(`secrets ${selector}`)).then(() => []),
    });
    const label = 'app.kubernetes.io/managed-by=gitlab-pod-executor';
    expect(asked).toEqual([`secrets ${label}`, `pods ${label}`]);
  });

  it('deletes nothing in a dry run', async () => {
    const { cluster, deleted } = clusterWith({ pods: [pod('job-1-a', { metadata: deadline(1) })] });
    const report = await sweepOf(cluster, true);
    expect(deleted).toEqual([]);
    expect(report.objects.map(({ name, result }) => [name, result])).toEqual([['job-1-a', 'would-delete']]);
  });

  it('counts what another sweep took as done', async () => {
    const { cluster } = clusterWith({
      pods: [pod('job-1-a', { metadata: deadline(1) })],
      answers: { 'job-1-a': 'not-found' },
    });
    const report = await sweepOf(cluster);
    expect(report.objects.map(({ result }) => result)).toEqual(['gone']);
    expect(isClean(report)).toBe(true);
  });

  it('continues after an object that cannot be deleted', async () => {
    const pods = Array.from({ length: 20 }, (_, index) => pod(`job-${index}-a`, { metadata: deadline(1) }));
    const { cluster, deleted } = clusterWith({
      pods,
      answers: { 'job-3-a': new SystemFailure('forbidden', { what: 'no' }) },
    });
    const report = await sweepOf(cluster);
    expect(deleted).toHaveLength(19);
    expect(
      report.objects.filter(({ result }) => result === 'failed').map(({ name, error }) => [name, error]),
    ).toEqual([['job-3-a', 'no']]);
    expect(isClean(report)).toBe(false);
  });

  it('sweeps pods where secrets may not be listed, and says so', async () => {
    const { cluster, deleted } = clusterWith({ pods: [pod('job-1-a', { metadata: deadline(1) })] });
    const refusal = new SystemFailure('forbidden', { what: 'list on secrets is not granted' });
    const report = await sweepOf({ ...cluster, listSecrets: () => Promise.reject(refusal) });
    expect(deleted).toEqual(['job-1-a']);
    expect(isClean(report)).toBe(false);
    expect(describeSweep(report, plain)).toContain(
      '\nSecrets were not looked at: list on secrets is not granted\n',
    );
  });

  it('fails as a whole where pods cannot be listed', async () => {
    const { cluster } = clusterWith({});
    const refusal = new SystemFailure('cluster-unreachable', { what: 'nobody answers' });
    await expect(sweepOf({ ...cluster, listPods: () => Promise.reject(refusal) })).rejects.toBe(refusal);
  });

  it('does not hide a mistake of ours as a refusal of the cluster', async () => {
    const { cluster } = clusterWith({
      pods: [pod('job-1-a', { metadata: deadline(1) })],
      answers: { 'job-1-a': new TypeError('bug') },
    });
    await expect(sweepOf(cluster)).rejects.toThrow(TypeError);
  });

  it('stops at Ctrl-C', async () => {
    const { cluster, deleted } = clusterWith({ pods: [pod('job-1-a', { metadata: deadline(1) })] });
    await expect(sweepOf(cluster, false, AbortSignal.abort())).rejects.toThrow('aborted');
    expect(deleted).toEqual([]);
  });
});

const crowd: Stock = {
  pods: [
    pod('job-1001-k7m2qx4d', { metadata: { creationTimestamp: ago(200), ...deadline(130) } }),
    pod('job-1002-aaaaaaaa', { status: { ...finished('Failed', 25), reason: 'Evicted' } }),
    pod('job-1003-bbbbbbbb'),
    pod('job-1004-cccccccc', { metadata: { annotations: {} } }),
    pod('job-1005-dddddddd', { metadata: { deletionTimestamp: ago(1) } }),
  ],
  secrets: [secret('job-1006-eeeeeeee-pull')],
};

describe('what sweep says', () => {
  it('a dry run says what would go and why', async () => {
    const report = await sweepOf(clusterWith(crowd).cluster, true);
    expect(describeSweep(report, plain)).toBe(`\
OBJECT                         JOB         PROJECT        AGE     WHY
pod/job-1001-k7m2qx4d          unit tests  group/project  3 h     deadline passed 2 h ago
secret/job-1006-eeeeeeee-pull                             45 min  no pod
pod/job-1002-aaaaaaaa          unit tests  group/project  30 min  finished 25 min ago (Evicted)

3 objects would be deleted in namespace ci; 2 pods of ours in use stay. Run sweep without --dry-run
to delete.
Being deleted already: 1 pod. If one stays, its node is lost; the cluster removes it with that node.
Left alone, because the annotation gitlab-pod-executor/deadline cannot be read: job-1004-cccccccc.
Delete by hand what nobody needs.
`);
  });

  it('the report says what was deleted, and what was not with the reason', async () => {
    const answers = {
      'job-1001-k7m2qx4d': new SystemFailure('forbidden', {
        what: 'Cannot delete pod job-1001-k7m2qx4d: the account may not `delete` pods in namespace ci.',
      }),
      'job-1002-aaaaaaaa': 'not-found',
    } as const;
    const report = await sweepOf(clusterWith({ ...crowd, pods: crowd.pods!.slice(0, 2), answers }).cluster);
    expect(describeSweep(report, plain)).toBe(`\
OBJECT                         JOB         PROJECT        AGE     WHY                        RESULT
pod/job-1001-k7m2qx4d          unit tests  group/project  3 h     deadline passed 2 h ago    FAILED
secret/job-1006-eeeeeeee-pull                             45 min  no pod                     deleted
pod/job-1002-aaaaaaaa          unit tests  group/project  30 min  finished 25 min ago        gone
                                                                  (Evicted)

2 of 3 objects deleted in namespace ci; no pod of ours is in use. 1 could not be deleted:
  pod/job-1001-k7m2qx4d: Cannot delete pod job-1001-k7m2qx4d: the account may not \`delete\` pods in
  namespace ci.
`);
  });

  it('the report is one line when there is nothing to do', async () => {
    const report = await sweepOf(clusterWith({ pods: [pod('job-1-a')] }).cluster);
    expect(describeSweep(report, plain)).toBe(
      'Nothing to sweep in namespace ci; 1 pod of ours in use stays.\n',
    );
  });

  it('the report colours a failure on a terminal and nothing else', async () => {
    const { cluster } = clusterWith({
      pods: [pod('job-1-a', { metadata: deadline(1) })],
      answers: { 'job-1-a': new SystemFailure('forbidden', { what: 'no' }) },
    });
    const text = describeSweep(await sweepOf(cluster), { width: 100, hasColours: true });
    expect(text.match(/\u001b\[31;1mFAILED\u001b\[0;m/g)).toHaveLength(1);
    expect(text.match(/\u001b/g)).toHaveLength(2);
  });

  it('the report has nothing that moves a cursor, whatever an annotation says', async () => {
    const annotations = {
      'gitlab-pod-executor/job': 'a\u001b[2J\nb',
      'gitlab-pod-executor/deadline': ago(1),
    };
    const report = await sweepOf(
      clusterWith({ pods: [pod('job-1-a', { metadata: { annotations } })] }).cluster,
      true,
    );
    expect(describeSweep(report, plain)).toContain('  a?[2J b  ');
  });

  it('JSON holds every object with its reason and result', async () => {
    const { cluster } = clusterWith({ pods: [pod('job-1-a', { metadata: deadline(1) })] });
    expect(JSON.parse(sweepJson(await sweepOf(cluster, true)))).toEqual({
      namespace: 'ci',
      dryRun: true,
      objects: [
        {
          kind: 'pod',
          name: 'job-1-a',
          uid: 'uid-of-job-1-a',
          jobId: '1',
          job: 'unit tests',
          project: 'group/project',
          ageSeconds: 1800,
          reason: 'past-deadline',
          why: 'deadline passed 60 s ago',
          result: 'would-delete',
          error: '',
        },
      ],
      podsInUse: 0,
      podsGoing: 0,
      withoutDeadline: [],
      secretsUnread: null,
      workspaces: null,
      workspacesUnread: null,
    });
  });
});
