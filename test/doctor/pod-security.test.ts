import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../src/cluster/cluster.ts';
import type { DoctorFinding } from '../../src/doctor/doctor-finding.ts';
import { checkEnforcedLevel, remedyPodSecurity } from '../../src/doctor/pod-security.ts';
import { samplePod } from '../../src/doctor/sample.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import { promisedSince } from '../../src/plan/namespace-proof.ts';
import { checkPodSecurity, type PodSecurityLevel } from '../../src/security/pod-security.ts';
import { now, patient, policyOf } from '../stage/doctor-patient.ts';

const signal = new AbortController().signal;

function podOf(policyText = ''): Manifest {
  return samplePod({
    policy: policyOf(policyText),
    hasService: true,
    server: promisedSince,
    random: 'k7m2qx4d',
    now,
  }).manifest;
}

/** Root in the user namespace, without anything that "restricted" asks for. */
const root = 'enforced_security_context: { runAsNonRoot: false, runAsUser: 0 }';
const network = 'pod_template: { spec: { hostNetwork: true } }';

describe('checkEnforcedLevel', () => {
  function look(enforces: PodSecurityLevel, policyText = ''): Promise<DoctorFinding> {
    return checkEnforcedLevel(patient({ enforces }).cluster, podOf(policyText), signal);
  }

  it.each([
    ['restricted', '', 'restricted'],
    ['baseline', '', 'restricted'],
    ['baseline', root, 'baseline'],
  ] as const)('finds out that the namespace enforces %s', async (enforces, policyText, met) => {
    expect(await look(enforces, policyText)).toEqual({
      check: 'Pod Security',
      verdict: 'ok',
      found: `the namespace enforces "${enforces}", our pod meets "${met}"`,
      remedies: [],
    });
  });

  it.each([
    ['', 'restricted'],
    [root, 'baseline'],
  ])(
    'gives a namespace that enforces nothing the label that our pod meets (%s)',
    async (policyText, level) => {
      const { verdict, remedies } = await look('privileged', policyText);
      expect(verdict).toBe('warn');
      expect(remedies.map(({ code }) => code)).toEqual([
        `kubectl label --overwrite namespace ci pod-security.kubernetes.io/enforce=${level}`,
      ]);
    },
  );

  it('never advises to let privileged pods in', async () => {
    const { found, remedies } = await look('privileged', network);
    expect(found).toContain('our pod meets "privileged"');
    expect(remedies).toEqual([]);
  });

  it.each(['restricted', 'baseline', 'privileged'] as const)(
    'makes nothing to find out about %s',
    async (enforces) => {
      const { cluster, made } = patient({ enforces });
      await checkEnforcedLevel(cluster, podOf(), signal);
      expect(made).toEqual([]);
    },
  );

  it('leaves the level open when something else refuses', async () => {
    const createPod = () => Promise.reject(new SystemFailure('forbidden', { what: 'a webhook says no' }));
    expect(await checkEnforcedLevel({ ...patient().cluster, createPod }, podOf(), signal)).toEqual({
      check: 'Pod Security',
      verdict: 'skip',
      found: 'a webhook says no',
      remedies: [],
    });
  });
});

describe('remedyPodSecurity', () => {
  function mendsOf(level: PodSecurityLevel, policyText: string) {
    const pod = podOf(policyText);
    return remedyPodSecurity(pod, { level, version: 'latest' }, 'ci');
  }

  it.each([
    ['restricted', 'enforced_security_context: { runAsNonRoot: true }'],
    ['restricted', root],
    ['baseline', `${root.slice(0, -1)}, capabilities: { add: [NET_RAW] } }`],
    ['baseline', `${root.slice(0, -1)}, seccompProfile: { type: Unconfined } }`],
  ] as const)('gives YAML that "%s" admits instead of %s', (level, policyText) => {
    const [change] = mendsOf(level, policyText);
    expect(checkPodSecurity(podOf(change?.code), level)).toEqual([]);
  });

  it('offers the label that this pod meets as it is', () => {
    expect(mendsOf('restricted', root).at(-1)).toEqual({
      text: 'Or let the namespace enforce only what this pod meets:',
      code: 'kubectl label --overwrite namespace ci pod-security.kubernetes.io/enforce=baseline',
    });
  });

  it('points at the words of the API server where no key of the contexts fixes it', () => {
    const [change, ...others] = mendsOf('baseline', network);
    expect(change?.text).toContain('`pod_template`');
    expect(change?.code).toBeUndefined();
    expect(others).toEqual([]);
  });
});
