import { describe, expect, it } from 'vitest';
import type { Cluster, ContainerStatus } from '../../src/cluster/cluster.ts';
import { type ProbeInput, probeCluster } from '../../src/doctor/probe.ts';
import { samplePod } from '../../src/doctor/sample.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import { promisedSince } from '../../src/plan/namespace-proof.ts';
import { healthyHelper, type Illness, now, patient, policyOf } from '../stage/doctor-patient.ts';

async function probe(
  illness: Illness,
  change: (cluster: Cluster) => Partial<ProbeInput & { cluster: Cluster }> = () => ({}),
) {
  const { cluster, pods, made } = patient(illness);
  const given = { cluster, policy: policyOf(), ...change(cluster) };
  const { policy } = given;
  const findings = await probeCluster({
    ...samplePod({ policy, hasService: false, server: promisedSince, random: 'k7m2qx4d', now }),
    platform: null,
    gitlab: null,
    now: () => now,
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...given,
  });
  return {
    rows: findings.map(({ check, verdict, found }) => [check, verdict, found]),
    findings,
    left: [...pods],
    made,
  };
}

const hostMaps = healthyHelper.replaceAll('0 529072128 65536', '0 0 4294967295');

function statuses(helper: ContainerStatus['state']): NonNullable<Illness['becomes']> {
  return {
    phase: 'Pending',
    containerStatuses: [
      { name: 'build', ready: true, state: { running: {} } },
      { name: 'helper', ready: false, ...(helper ? { state: helper } : {}) },
    ],
  };
}

describe('probeCluster', () => {
  it('reports the node, the id map and the helper of a pod that took work', async () => {
    const { rows, left, made } = await probe({});
    expect(rows).toEqual([
      ['probe pod', 'ok', 'job-0-k7m2qx4d took work after 0.0 s on node node-1; deleted again'],
      ['user namespace', 'ok', 'proven: uid_map reads "0 529072128 65536", the job\'s user is 1000'],
      ['helper image', 'ok', 'docker.io/library/helper:19.4.0: gitlab-runner 19.4.0'],
      ['way to GitLab', 'skip', 'not asked for: --gitlab URL tries it from the pod'],
      ['network policy', 'ok', 'a job does not reach https://10.0.0.1:443/'],
    ]);
    expect(made).toEqual(['job-0-k7m2qx4d']);
    expect(left).toEqual([]);
  });

  it("fails where the pod runs in the host's user namespace", async () => {
    const { rows, findings, left } = await probe({ helperSays: hostMaps });
    expect(rows[1]?.[1]).toBe('fail');
    expect(rows[1]?.[2]).toContain(
      '/proc/self/uid_map reads "0 0 4294967295": root in the pod is root on the node.',
    );
    expect(findings[1]?.remedies[0]?.code).toContain('kubectl get nodes -o wide');
    expect(rows[2]).toEqual(['helper image', 'skip', 'needs a pod that takes work']);
    expect(left).toEqual([]);
  });

  it('repeats what the helper said when it found no user namespace itself', async () => {
    const message =
      'gitlab-pod-executor: this pod has no user namespace of its own: /proc/self/uid_map reads "0 0 4294967295;"';
    const { rows, left } = await probe({
      becomes: statuses({ terminated: { exitCode: 71, reason: 'Error', message } }),
    });
    expect(rows[1]).toEqual([
      'user namespace',
      'fail',
      `The job's pod has no user namespace of its own, so no job runs in it: ${message}.`,
    ]);
    expect(left).toEqual([]);
  });

  it('says what it read where the policy asks for no proof', async () => {
    const policy = policyOf('user_namespaces: unproven');
    const { rows } = await probe({ helperSays: hostMaps }, () => ({ policy }));
    expect(rows[1]?.slice(0, 2)).toEqual(['user namespace', 'warn']);
    expect(rows[1]?.[2]).toContain('not proven, nor asked for');
  });

  it('blames the helper image where gitlab-runner is missing in it', async () => {
    const { rows, findings, left } = await probe({ helperSays: healthyHelper.replace(/runner .*\n/, '') });
    expect(rows.map(([check, verdict]) => [check, verdict])).toEqual([
      ['probe pod', 'ok'],
      ['user namespace', 'ok'],
      ['helper image', 'fail'],
      ['way to GitLab', 'skip'],
      ['network policy', 'skip'],
    ]);
    expect(findings[2]?.remedies[0]?.code).toMatch(/^helper_image: /);
    expect(left).toEqual([]);
  });

  it('blames the helper image where it cannot be pulled', async () => {
    const { rows, left } = await probe({
      becomes: statuses({ waiting: { reason: 'ErrImageNeverPull', message: 'not present' } }),
    });
    expect(rows.map(([check, verdict]) => [check, verdict])).toEqual([
      ['probe pod', 'ok'],
      ['user namespace', 'skip'],
      ['helper image', 'fail'],
      ['way to GitLab', 'skip'],
      ['network policy', 'skip'],
    ]);
    expect(left).toEqual([]);
  });

  it('shows any other end of the pod in its own row', async () => {
    const { rows, left } = await probe({
      becomes: { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' },
    });
    expect(rows[0]?.slice(0, 2)).toEqual(['probe pod', 'fail']);
    expect(rows[0]?.[2]).toContain('low on resource: memory');
    expect(rows[0]?.[2]).not.toContain('Operators:');
    expect(rows.slice(1).map(([, verdict]) => verdict)).toEqual(['skip', 'skip', 'skip', 'skip']);
    expect(left).toEqual([]);
  });

  it.each([
    ['forbidden', 'fail'],
    ['quota', 'warn'],
  ] as const)('a pod that may not be made (%s): %s', async (code, verdict) => {
    const createPod = () => Promise.reject(new SystemFailure(code, { what: 'no', operator: 'say yes.' }));
    const { rows, findings } = await probe({}, (cluster) => ({ cluster: { ...cluster, createPod } }));
    expect(rows[0]).toEqual(['probe pod', verdict, 'no']);
    expect(findings[0]?.remedies).toEqual([{ text: 'Say yes.' }]);
  });

  it('deletes the pod at Ctrl-C', async () => {
    const interrupt = new AbortController();
    const { cluster, pods, made } = patient({ becomes: { phase: 'Pending' } });
    const policy = policyOf();
    const sample = samplePod({ policy, hasService: false, server: promisedSince, random: 'k7m2qx4d', now });
    const tell = (): void => interrupt.abort();
    await expect(
      probeCluster({
        ...sample,
        cluster,
        policy,
        gitlab: null,
        platform: null,
        now: () => now,
        onProgress: tell,
        signal: interrupt.signal,
      }),
    ).rejects.toThrow('aborted');
    expect(made).toEqual(['job-0-k7m2qx4d']);
    expect([...pods]).toEqual([]);
  });

  it('shows no table after Ctrl-C, whatever failed by it', async () => {
    const interrupt = new AbortController();
    const exec = () => {
      interrupt.abort();
      return Promise.reject(new SystemFailure('stream-lost', { what: 'cut' }));
    };
    const { signal } = interrupt;
    await expect(probe({}, (cluster) => ({ cluster: { ...cluster, exec }, signal }))).rejects.toThrow(
      'aborted',
    );
  });

  it('deletes the pod when we make a mistake, and shows the mistake', async () => {
    const exec = () => Promise.reject(new TypeError('bug'));
    const { cluster, pods } = patient();
    const policy = policyOf();
    const sample = samplePod({ policy, hasService: false, server: promisedSince, random: 'k7m2qx4d', now });
    const request = {
      cluster: { ...cluster, exec },
      policy,
      ...sample,
      gitlab: null,
      platform: null,
      now: () => now,
      onProgress: () => undefined,
      signal: new AbortController().signal,
    };
    await expect(probeCluster(request)).rejects.toThrow(TypeError);
    expect([...pods]).toEqual([]);
  });
});
