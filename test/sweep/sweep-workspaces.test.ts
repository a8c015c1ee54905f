import { describe, expect, it } from 'vitest';
import type { Claim, Cluster, Pod } from '../../src/cluster/cluster.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import { sweep } from '../../src/sweep/sweep.ts';
import { describeSweep, isClean, sweepJson } from '../../src/sweep/sweep-report.ts';
import { workspaceLimits } from '../../src/sweep/sweep-workspaces.ts';
import { samplePolicy } from '../pod/sample-job.ts';
import { claimsInMemory } from '../stage/claims-in-memory.ts';
import { unusedCluster } from '../stage/unused-cluster.ts';
import { now, podWith, sampleClaim } from '../workspace/sample-claim.ts';

interface Given extends Partial<Cluster> {
  readonly stock?: readonly Claim[];
  readonly pods?: readonly Pod[];
  readonly isDryRun?: boolean;
  readonly maxTotal?: number | null;
}

const hour = 3600;

async function sweepThem({ stock = [], pods = [], isDryRun = false, maxTotal = null, ...answers }: Given) {
  const { claims, ...methods } = claimsInMemory(stock);
  const report = await sweep({
    cluster: {
      ...unusedCluster,
      ...methods,
      listPods: () => Promise.resolve(pods),
      listSecrets: () => Promise.resolve([]),
      ...answers,
    },
    now,
    gracePeriods: { finishedAfterSeconds: 600, secretAfterSeconds: 1200 },
    workspaceLimits: { maxIdleSeconds: hour, maxTotal, startSeconds: 1200 },
    isDryRun,
    signal: new AbortController().signal,
  });
  const text = describeSweep(report, { width: 140, hasColours: false });
  return { report, text, claims, left: [...claims.keys()] };
}

const idle = sampleClaim('idle', { lastUsed: 2 * hour, project: 'group/project' });
const used = sampleClaim('used', { lastUsed: 2 * hour });
const forgotten = sampleClaim('forgotten', { lastUsed: 1300, holder: { jobId: '7', since: 1300 } });

describe('sweep of lasting workspaces', () => {
  it('deletes what was idle for too long, frees what a job that is gone holds, and leaves what is in use', async () => {
    const { report, left, claims } = await sweepThem({
      stock: [idle, used, forgotten],
      pods: [podWith('used')],
    });
    expect(left).toEqual(['used', 'forgotten']);
    expect(report.objects.map(({ name, result }) => [name, result])).toEqual([
      ['idle', 'deleted'],
      ['forgotten', 'freed'],
    ]);
    const { labels, annotations } = claims.get('forgotten')?.metadata ?? {};
    expect(labels).not.toHaveProperty('gitlab-pod-executor/job-id');
    // Nobody used it now.
    expect(annotations).toMatchObject({
      'gitlab-pod-executor/last-used': forgotten.metadata.annotations?.['gitlab-pod-executor/last-used'],
    });
    expect(report.workspaces).toEqual({ inUse: 1, bytes: 2 * 1024 ** 3 });
  });

  it('leaves a claim of the operator, whatever tool put the common label on it, and does not count it', async () => {
    const labels = { 'app.kubernetes.io/managed-by': 'gitlab-pod-executor' };
    const cache = { ...idle, metadata: { ...idle.metadata, name: 'shared-cache', labels } };
    const { left, report } = await sweepThem({ stock: [cache] });
    expect(left).toEqual(['shared-cache']);
    expect(report.workspaces).toEqual({ inUse: 0, bytes: 0 });
  });

  it('deletes, beyond the total, what is idle for the longest', async () => {
    const stock = [300, 900, 600].map((lastUsed) => sampleClaim(`idle-${lastUsed}`, { lastUsed }));
    const { left } = await sweepThem({ stock, maxTotal: 2 * 1024 ** 3 });
    expect(left).toEqual(['idle-300', 'idle-600']);
  });

  it('shows as a table what it would do, and does nothing', async () => {
    const { text, left } = await sweepThem({ stock: [idle, forgotten], isDryRun: true });
    expect(left).toEqual(['idle', 'forgotten']);
    expect(text).toBe(
      [
        'OBJECT               JOB  PROJECT        AGE  WHY',
        'workspace/idle            group/project  2 h  not used for 2 h (max_idle)',
        'workspace/forgotten                      2 h  job 7, which holds it, is gone',
        '',
        '1 object would be deleted and 1 workspace freed in namespace ci; no pod of ours is in use. Run sweep without --dry-run to delete.',
        'Lasting workspaces: 0 in use; what stays has 1 GiB in all.',
        '',
      ].join('\n'),
    );
  });

  it('leaves alone what a job takes between the look and the deletion', async () => {
    const { report, text } = await sweepThem({
      stock: [idle, forgotten],
      deleteClaim: () => Promise.resolve('changed'),
      changeClaim: () => Promise.resolve(null),
    });
    expect(report.objects.map(({ result }) => result)).toEqual(['in-use', 'in-use']);
    expect(isClean(report)).toBe(true);
    expect(text).toContain('0 of 0 objects deleted');
  });

  it('says that it may not look at them, and sweeps the rest', async () => {
    const refusal = new SystemFailure('forbidden', { what: 'Cannot list persistentvolumeclaims.' });
    const { report, text } = await sweepThem({ listClaims: () => Promise.reject(refusal) });
    expect(text).toContain('Lasting workspaces were not looked at: Cannot list persistentvolumeclaims.');
    expect(isClean(report)).toBe(false);
    expect(report.workspaces).toBeNull();
  });

  it('tells programs the same, without the object itself', async () => {
    const { report } = await sweepThem({ stock: [idle] });
    expect(JSON.parse(sweepJson(report))).toMatchObject({
      objects: [{ kind: 'workspace', name: 'idle', reason: 'idle', result: 'deleted', error: '' }],
      workspaces: { inUse: 0, bytes: 0 },
      workspacesUnread: null,
    });
    expect(sweepJson(report)).not.toContain('resourceVersion');
  });
});

describe('workspaceLimits', () => {
  it('workspaceLimits is null where the policy has no workspaces: sweep then needs no right to claims', () => {
    expect(workspaceLimits(samplePolicy)).toBeNull();
  });

  it('the limits of workspaces are what the policy says', () => {
    const lasting_workspaces = { size: 1, slots: 1, max_idle: 60, max_total: 5 };
    expect(workspaceLimits({ ...samplePolicy, lasting_workspaces })).toEqual({
      maxIdleSeconds: 60,
      maxTotal: 5,
      startSeconds: samplePolicy.timeouts.ready + 600,
    });
  });
});
