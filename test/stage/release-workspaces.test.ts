import { describe, expect, it } from 'vitest';
import type { Claim, Cluster } from '../../src/cluster/cluster.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import type { Sources } from '../../src/stage/fetched-sources.ts';
import { giveBackAfter, releaseWorkspaces } from '../../src/stage/release-workspaces.ts';
import { now, sampleClaim } from '../workspace/sample-claim.ts';
import { claimsInMemory } from './claims-in-memory.ts';
import { fakeCluster } from './fake-cluster.ts';

const selector = 'gitlab-pod-executor/job-id=7';
const held = (jobId: string) => sampleClaim(`of-${jobId}`, { holder: { jobId, since: 60 } });

function given() {
  const { claims, ...methods } = claimsInMemory([held('7'), held('8')]);
  const cluster = fakeCluster(methods);
  const holders = (): Record<string, string | undefined> =>
    Object.fromEntries(
      [...claims.values()].map(({ metadata }) => [
        metadata.name,
        metadata.labels?.['gitlab-pod-executor/job-id'],
      ]),
    );
  return { claims, cluster, holders };
}

describe('releaseWorkspaces', () => {
  it('gives back what the job holds, and nothing of another', async () => {
    const { cluster, holders, claims } = given();
    await releaseWorkspaces({ cluster, selector, now, signal: AbortSignal.any([]) });
    expect(holders()).toEqual({ 'of-7': undefined, 'of-8': '8' });
    expect(claims.get('of-7')?.metadata.annotations).toMatchObject({
      'gitlab-pod-executor/last-used': now.toISOString(),
    });
  });
});

describe('releaseWorkspaces, after a job that got its sources, or not', () => {
  const release = (cluster: Cluster, sources: Sources) =>
    releaseWorkspaces({ cluster, selector, now, sources, signal: AbortSignal.any([]) });
  const hold = async (cluster: Cluster, claims: ReadonlyMap<string, Claim>): Promise<void> => {
    const claim = claims.get('of-7');
    const change = { labels: { 'gitlab-pod-executor/job-id': '7' }, annotations: {} };
    if (claim) await cluster.changeClaim(claim, change);
  };

  it('keeps a workspace where one job failed to, and deletes it after the second in a row', async () => {
    const { cluster, claims } = given();
    await release(cluster, 'failed');
    await hold(cluster, claims);
    await release(cluster, null);
    expect([...claims.keys()]).toEqual(['of-7', 'of-8']);
    await hold(cluster, claims);
    await release(cluster, 'failed');
    expect([...claims.keys()]).toEqual(['of-8']);
  });

  it('forgets a failure once a job got them', async () => {
    const { cluster, claims } = given();
    for (const sources of ['failed', 'fetched', 'failed'] as const) {
      await release(cluster, sources);
      await hold(cluster, claims);
    }
    expect([...claims.keys()]).toEqual(['of-7', 'of-8']);
  });
});

describe('giveBackAfter', () => {
  it('gives back after a prepare that failed', async () => {
    const { cluster, holders } = given();
    await giveBackAfter(new Error('no'), { cluster, selector, now });
    expect(holders()).toEqual({ 'of-7': undefined, 'of-8': '8' });
  });

  it('deletes what cannot be cleared', async () => {
    const { cluster, holders } = given();
    await giveBackAfter(new SystemFailure('workspace', { what: 'no' }), { cluster, selector, now });
    expect(holders()).toEqual({ 'of-8': '8' });
  });

  it('deletes what got no volume: the policy may name other storage by then', async () => {
    const { metadata } = held('7');
    const { claims, ...methods } = claimsInMemory([{ metadata, spec: {} }, held('8')]);
    await giveBackAfter(new Error('no'), { cluster: fakeCluster(methods), selector, now });
    expect([...claims.keys()]).toEqual(['of-8']);
  });

  it('keeps quiet about its own trouble: why prepare failed is what counts', async () => {
    const cluster = fakeCluster({ listClaims: () => Promise.reject(new Error('away')) });
    await expect(giveBackAfter(new Error('no'), { cluster, selector, now })).resolves.toBeUndefined();
  });
});
