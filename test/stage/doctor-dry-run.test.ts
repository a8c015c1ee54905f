import { describe, expect, it } from 'vitest';
import type { Pod } from '../../src/cluster/cluster.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { checkPodSecurity } from '../../src/security/pod-security.ts';
import { checkDryRun } from '../../src/stage/doctor-dry-run.ts';
import type { Finding } from '../../src/stage/doctor-finding.ts';
import { samplePod } from '../../src/stage/doctor-sample.ts';
import { type Illness, now, patient, policyOf } from './doctor-patient.ts';

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
}: Circumstances): Promise<readonly Finding[]> {
  const { cluster } = patient(illness);
  return checkDryRun({
    cluster: refusal ? { ...cluster, createPod: () => Promise.reject(refusal) } : cluster,
    policy,
    manifest: samplePod({ policy, hasService: true, random: 'k7m2qx4d', now }),
    now: () => new Date(now.getTime() + ahead * 1000),
    signal: new AbortController().signal,
  });
}

async function row(check: string, circumstances: Circumstances): Promise<Finding | undefined> {
  return (await look(circumstances)).find((finding) => finding.check === check);
}

const withSpec =
  (spec: object) =>
  (pod: Pod): Pod => ({ ...pod, spec: { ...pod.spec, ...spec } });

/** All that "restricted" asks for is switched off, so that a policy's own words decide. */
const root = `enforced_security_context: { runAsNonRoot: false, runAsUser: 0 }\n`;

describe('checkDryRun', () => {
  it('finds nothing wrong with a good cluster, and makes nothing', async () => {
    const { cluster, made } = patient();
    const policy = policyOf();
    const manifest = samplePod({ policy, hasService: true, random: 'k7m2qx4d', now });
    const findings = await checkDryRun({
      cluster,
      policy,
      manifest,
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
    expect(finding?.mends[0]?.code).toBe('kubectl get mutatingwebhookconfigurations');
  });

  it('warns of containers that a webhook adds', async () => {
    const admit = (pod: Pod): Pod => {
      const containers = pod.spec['containers'] as readonly object[];
      return withSpec({ containers: [...containers, { name: 'istio-proxy' }] })(pod);
    };
    expect(await row('pod admission', { illness: { admit } })).toMatchObject({
      verdict: 'warn',
      found: 'admitted, but a webhook of the cluster adds to every pod: istio-proxy',
      mends: [{ code: 'kubectl label --overwrite namespace ci istio-injection=disabled' }],
    });
  });

  it.each([
    ['quota', 'exceeded quota', 'warn', 'kubectl -n ci describe quota'],
    ['forbidden', 'admission webhook denied the request', 'fail', undefined],
    ['invalid-manifest', 'spec.nodeName is wrong', 'fail', undefined],
    [
      'cluster-refused',
      'namespaces "ci" not found',
      'fail',
      expect.stringMatching(/^kubectl create namespace ci\n/),
    ],
    ['cluster-refused', 'a strange answer', 'fail', undefined],
  ] as const)('a refusal of kind %s (%s): %s', async (code, message, verdict, command) => {
    const findings = await look({ refusal: new SystemFailure(code, message) });
    expect(findings[0]).toMatchObject({ check: 'pod admission', verdict, found: message });
    expect(findings[0]?.mends[0]?.code).toEqual(command);
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

describe('Pod Security', () => {
  it.each([
    ['restricted', 'ok', 'the namespace enforces "restricted", our pod meets "restricted"'],
    ['baseline', 'ok', 'the namespace enforces "baseline", our pod meets "restricted"'],
  ] as const)('finds out that the namespace enforces %s', async (enforces, verdict, found) => {
    expect(await row('Pod Security', { illness: { enforces } })).toMatchObject({ verdict, found, mends: [] });
  });

  it('warns of a namespace that enforces nothing, and gives the label that our pod meets', async () => {
    const finding = await row('Pod Security', { illness: { enforces: 'privileged' } });
    expect(finding).toMatchObject({
      verdict: 'warn',
      mends: [
        { code: 'kubectl label --overwrite namespace ci pod-security.kubernetes.io/enforce=restricted' },
      ],
    });
  });

  it('never advises to let privileged pods in', async () => {
    const policy = policyOf(`${root}pod_template: { spec: { hostNetwork: true } }`);
    const finding = await row('Pod Security', { illness: { enforces: 'privileged' }, policy });
    expect(finding?.found).toContain('our pod meets "privileged"');
    expect(finding?.mends).toEqual([]);
  });

  it('leaves the level open when something else refuses', async () => {
    let calls = 0;
    const { cluster } = patient();
    const policy = policyOf();
    const findings = await checkDryRun({
      cluster: {
        ...cluster,
        createPod: (...call) =>
          ++calls === 1
            ? cluster.createPod(...call)
            : Promise.reject(new SystemFailure('forbidden', 'a webhook says no')),
      },
      policy,
      manifest: samplePod({ policy, hasService: true, random: 'k7m2qx4d', now }),
      now: () => now,
      signal: new AbortController().signal,
    });
    expect(findings.at(-1)).toEqual({
      check: 'Pod Security',
      verdict: 'skip',
      found: 'a webhook says no',
      mends: [],
    });
  });

  it.each([
    ['restricted', 'enforced_security_context: { runAsNonRoot: true }'],
    ['restricted', root],
    ['baseline', `${root.trim().slice(0, -1)}, capabilities: { add: [NET_RAW] } }`],
  ] as const)('the YAML against a refusal by "%s" makes the pod of %s pass', async (enforces, text) => {
    const refused = await row('pod admission', { illness: { enforces }, policy: policyOf(text) });
    const yaml = refused?.mends[0]?.code ?? '';
    const mended = policyOf(yaml);
    expect(
      checkPodSecurity(samplePod({ policy: mended, hasService: true, random: 'k7m2qx4d', now }), enforces),
    ).toEqual([]);
  });

  it('points at the words of the API server where no key of the contexts mends it', async () => {
    const policy = policyOf('pod_template: { spec: { hostNetwork: true } }');
    const finding = await row('pod admission', { illness: { enforces: 'baseline' }, policy });
    expect(finding?.mends).toHaveLength(1);
    expect(finding?.mends[0]?.words).toContain('`pod_template`');
    expect(finding?.mends[0]?.code).toBeUndefined();
  });
});
