import { describe, expect, it } from 'vitest';
import type { Pod } from '../../src/cluster/cluster.ts';
import type { DoctorFinding } from '../../src/doctor/doctor-finding.ts';
import { checkDryRun } from '../../src/doctor/dry-run.ts';
import { samplePod } from '../../src/doctor/sample.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import { promisedSince } from '../../src/plan/namespace-proof.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { type Illness, now, patient, policyOf } from '../stage/doctor-patient.ts';

interface Circumstances {
  readonly illness?: Illness;
  readonly policy?: Policy;
  readonly refusal?: Error;
  /** Seconds that our clock is ahead of the API server's. */
  readonly ahead?: number;
}

async function look({
  illness = {},
  policy = policyOf(),
  refusal,
  ahead = 0,
}: Circumstances): Promise<readonly DoctorFinding[]> {
  const { cluster } = patient(illness);
  const { findings } = await checkDryRun({
    cluster: refusal ? { ...cluster, createPod: () => Promise.reject(refusal) } : cluster,
    ...samplePod({ policy, hasService: true, server: promisedSince, random: 'k7m2qx4d', now }),
    platform: null,
    now: () => new Date(now.getTime() + ahead * 1000),
    signal: new AbortController().signal,
  });
  return findings;
}

async function row(check: string, circumstances: Circumstances): Promise<DoctorFinding | undefined> {
  return (await look(circumstances)).find((finding) => finding.check === check);
}

const withSpec =
  (spec: object) =>
  (pod: Pod): Pod => ({ ...pod, spec: { ...pod.spec, ...spec } });

describe('checkDryRun', () => {
  it('says how to change the policy when Pod Security refuses the pod', async () => {
    const policy = policyOf('enforced_security_context: { runAsNonRoot: true }');
    const finding = await row('pod admission', { illness: { enforces: 'restricted' }, policy });
    expect(finding?.verdict).toBe('fail');
    expect(finding?.remedies[0]?.code).toMatch(/^enforced_security_context:\n/);
  });

  it.each([
    ['limit-range', 'set requests and limits.', 'kubectl -n ci describe limitrange'],
    ['security-context-constraints', 'let that account use one.', 'kubectl get securitycontextconstraints'],
  ] as const)(
    'shows what to do, and how to look, when the cluster refuses by its %s',
    async (code, operator, command) => {
      const refusal = new SystemFailure(code, { what: 'Cannot create pods.', operator });
      const finding = await row('pod admission', { refusal });
      expect(finding).toMatchObject({ verdict: 'fail', found: 'Cannot create pods.' });
      expect(finding?.remedies[0]?.text.toLowerCase()).toBe(operator);
      expect(finding?.remedies[0]?.code).toContain(command);
    },
  );

  it('finds nothing wrong with a good cluster, and makes nothing', async () => {
    const { cluster, made } = patient();
    const policy = policyOf();
    const sample = samplePod({ policy, hasService: true, server: promisedSince, random: 'k7m2qx4d', now });
    const { findings } = await checkDryRun({
      cluster,
      ...sample,
      platform: null,
      now: () => now,
      signal: new AbortController().signal,
    });
    expect(findings.map(({ check, verdict }) => [check, verdict])).toEqual([
      ['pod admission', 'ok'],
      ['hostUsers', 'ok'],
      ['clock', 'ok'],
      ['Pod Security', 'ok'],
    ]);
    expect(made).toEqual([]);
  });

  it('names the SCC by which OpenShift admits the pod', async () => {
    const admit = (pod: Pod): Pod => ({
      ...pod,
      metadata: { ...pod.metadata, annotations: { 'openshift.io/scc': 'restricted-v3' } },
    });
    expect((await row('pod admission', { illness: { admit } }))?.found).toMatch(
      /, by the SCC restricted-v3$/,
    );
  });

  it.each([
    ['required', 'fail'],
    ['unproven', 'warn'],
  ])('an API server that drops hostUsers, under user_namespaces: %s: %s', async (mode, verdict) => {
    const admit = withSpec({ hostUsers: undefined });
    const finding = await row('hostUsers', {
      illness: { admit },
      policy: policyOf(`user_namespaces: ${mode}`),
    });
    expect(finding?.verdict).toBe(verdict);
    expect(finding?.remedies[0]?.code).toBe('kubectl get mutatingwebhookconfigurations');
  });

  it('warns of containers that a webhook adds', async () => {
    const admit = (pod: Pod): Pod => {
      const containers = pod.spec['containers'] as readonly object[];
      return withSpec({ containers: [...containers, { name: 'istio-proxy' }] })(pod);
    };
    expect(await row('pod admission', { illness: { admit } })).toMatchObject({
      verdict: 'warn',
      found: 'admitted, but a webhook of the cluster adds to every pod: istio-proxy',
      remedies: [{ code: 'kubectl label --overwrite namespace ci istio-injection=disabled' }],
    });
  });

  it.each([
    ['quota', 'exceeded quota', 'warn', 'kubectl -n ci describe quota'],
    ['forbidden', 'admission webhook denied the request', 'fail', undefined],
    ['invalid-manifest', 'spec.nodeName is wrong', 'fail', undefined],
    [
      'namespace-missing',
      'namespaces "ci" not found',
      'fail',
      expect.stringMatching(/^kubectl create namespace ci\n/),
    ],
    ['cluster-refused', 'a strange answer', 'fail', undefined],
  ] as const)('a refusal of kind %s (%s): %s', async (code, message, verdict, command) => {
    const findings = await look({ refusal: new SystemFailure(code, { what: message }) });
    expect(findings[0]).toMatchObject({ check: 'pod admission', verdict, found: message });
    expect(findings[0]?.remedies[0]?.code).toEqual(command);
    expect(findings.slice(1).map((finding) => finding.verdict)).toEqual(['skip', 'skip', 'skip']);
  });

  it.each([
    [0, 'ok', "agrees with the API server's"],
    [60, 'ok', "agrees with the API server's"],
    [-60, 'ok', "agrees with the API server's"],
    [90, 'warn', "this machine's clock is 89 s ahead of the API server's: sweep may take pods too early"],
    [-90, 'warn', "this machine's clock is 90 s behind the API server's: sweep takes pods too late"],
  ])('a clock that is %i s ahead: %s', async (ahead, verdict, found) => {
    expect(await row('clock', { ahead })).toMatchObject({ verdict, found });
  });
});
