// Stages that GitLab Runner calls twice, or out of order: the job has one pod at most, and in the end none.
import { describe, expect, it, vi } from 'vitest';
import { systemFailure } from './attempt.ts';
import { clusterSuite } from './on-cluster.ts';

const suite = await clusterSuite('repeated stages leave one pod at most');

const nothing = { exitCode: 0, stdout: '', stderr: '' };

describe.skipIf(suite.reason)('a job that is prepared twice', () => {
  // @promise once: prepare is repeated — one pod at most
  it('prepare run twice leaves only the second pod, which either attempt cleans up', async () => {
    const first = suite.attempt();
    await first.prepare();
    const [firstPod] = await suite.pods(first);
    const second = suite.attempt({ job: { id: first.jobId } });
    await second.prepare();
    await vi.waitFor(async () => expect(await suite.pods(second)).not.toContain(firstPod), {
      timeout: 30_000,
    });

    expect(await suite.pods(second)).toHaveLength(1);
    expect(await second.script('echo second')).toMatchObject({ exitCode: 0, stdout: 'second\n' });
    const late = await first.script('echo first');
    expect(late).toMatchObject({ exitCode: systemFailure, code: null, stdout: '' });
    expect(late.stderr).toContain(`The pod ${firstPod} was deleted while the job ran.`);
    expect(await first.call('cleanup')).toMatchObject(nothing);
    await vi.waitFor(async () => expect(await suite.leftovers(first)).toEqual([]), { timeout: 30_000 });
  });

  it('prepare run twice leaves the pods of other jobs alone', async () => {
    const other = suite.attempt();
    await other.prepare();
    const pods = await suite.pods(other);
    const job = suite.attempt();
    await job.prepare();
    await job.call('cleanup');

    expect(await suite.pods(other)).toEqual(pods);
    await other.call('cleanup');
  });
});

describe.skipIf(suite.reason)('cleanup', () => {
  it('cleanup without prepare finds nothing, and succeeds', async () => {
    expect(await suite.attempt().call('cleanup')).toMatchObject(nothing);
  });

  it('cleanup may run twice, also when the pod went by itself', async () => {
    const attempt = suite.attempt();
    await attempt.prepare();
    expect(await attempt.call('cleanup')).toMatchObject(nothing);
    expect(await attempt.call('cleanup')).toMatchObject(nothing);
    await vi.waitFor(async () => expect(await suite.leftovers(attempt)).toEqual([]), { timeout: 30_000 });
    expect(await attempt.call('cleanup')).toMatchObject(nothing);
  });

  it('cleanup needs no policy once prepare has written where the pod is', async () => {
    const attempt = suite.attempt();
    await attempt.prepare();
    expect(await attempt.call('cleanup', '--policy', '/no/such/policy.yaml')).toMatchObject(nothing);
    await vi.waitFor(async () => expect(await suite.leftovers(attempt)).toEqual([]), { timeout: 30_000 });
  });

  it('cleanup ends a script that still runs, and the run stage says why', async () => {
    const attempt = suite.attempt();
    await attempt.prepare();
    const [pod] = await suite.pods(attempt);
    const stage = attempt.startScript('echo started; sleep 1000');
    await stage.says(/started/);
    expect(await attempt.call('cleanup')).toMatchObject(nothing);
    const { exitCode, stderr } = await stage.end;

    expect(exitCode).toBe(systemFailure);
    expect(stderr).toContain(`The pod ${pod} was deleted while the job ran.`);
  });
});

describe.skipIf(suite.reasonNoFaults)('an API server that is away for a moment', () => {
  it('an API server that is away for a moment delays cleanup, and stops nothing', async () => {
    const attempt = suite.attempt();
    await attempt.prepare();
    await suite.embedded().faults.apiAway({ ms: 1500 });
    expect(await attempt.call('cleanup')).toMatchObject(nothing);
    await vi.waitFor(async () => expect(await suite.leftovers(attempt)).toEqual([]), { timeout: 30_000 });
  });

  it('an API server that is away or refuses for a moment delays prepare, and stops nothing', async () => {
    const { faults } = suite.embedded();
    await faults.refuse({ verb: 'list', resource: 'secrets', status: 503 });
    await faults.refuse({
      verb: 'create',
      resource: 'pods',
      subresource: '',
      status: 429,
      retryAfterSeconds: 1,
    });
    await faults.exhaustQuota();
    const attempt = suite.attempt();
    const { stderr } = await attempt.prepare();

    expect(stderr).toContain('The pod cannot be made yet; waiting: ');
    expect(await attempt.script('echo works')).toMatchObject({ exitCode: 0, stdout: 'works\n' });
    await attempt.call('cleanup');
  });
});
