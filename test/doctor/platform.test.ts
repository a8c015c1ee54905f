import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { examine } from '../../src/doctor/examine.ts';
import { describePlatform, findPlatform, platforms, remedyNodes } from '../../src/doctor/platform.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import { connection, patient, requestFor } from '../stage/doctor-patient.ts';

const signal = new AbortController().signal;

async function platformOf(gitVersion: string, { groups = ['apps'], server = connection.server } = {}) {
  const { cluster } = patient({ groups });
  const found = await findPlatform(cluster, { server, version: { major: 1, minor: 36, gitVersion } }, signal);
  return found?.name ?? null;
}

describe('findPlatform', () => {
  it.each([
    ['v1.36.1+k3s1', 'k3s'],
    ['v1.36.1+rke2r1', 'RKE2'],
    ['v1.36.1-eks-7f9249a', 'EKS'],
    ['v1.36.1-gke.1014001', 'GKE'],
    ['v1.36.1', null],
    ['v1.36.1-rc.1+0123456789', null],
  ])('takes the version %s for %s', async (gitVersion, name) => {
    expect(await platformOf(gitVersion)).toBe(name);
  });

  it('knows OpenShift by its API group, on whatever cloud', async () => {
    const groups = ['apps', 'security.openshift.io'];
    const server = 'https://api.x.hcp.westeurope.azmk8s.io:443';
    expect(await platformOf('v1.33.5', { groups, server })).toBe('OpenShift');
  });

  it('knows AKS by its address, and Talos Linux by its API group', async () => {
    expect(await platformOf('v1.36.1', { server: 'https://a-b.hcp.westeurope.azmk8s.io:443' })).toBe('AKS');
    expect(await platformOf('v1.36.1', { server: 'https://azmk8s.io.example.org' })).toBeNull();
    expect(await platformOf('v1.36.1', { groups: ['talos.dev'] })).toBe('Talos Linux');
  });

  it('goes on where the server does not list its groups', async () => {
    const { cluster } = patient();
    const refusal = new SystemFailure('forbidden', { what: 'no' });
    const refusing = { ...cluster, apiGroups: () => Promise.reject(refusal) };
    const version = { major: 1, minor: 36, gitVersion: 'v1.36.1+k3s1' };
    const found = await findPlatform(refusing, { server: connection.server, version }, signal);
    expect(found?.name).toBe('k3s');
  });
});

describe('describePlatform', () => {
  const eks = platforms.find(({ name }) => name === 'EKS') ?? null;

  it('warns of a version whose nodes cannot have user namespaces', () => {
    const old = { major: 1, minor: 32, gitVersion: 'v1.32.1-eks-1' };
    expect(describePlatform(eks, old)).toMatchObject({
      verdict: 'warn',
      found: expect.stringContaining('EKS of Kubernetes 1.32'),
      remedies: [{ text: expect.stringContaining('Upgrade to 1.33') }],
    });
    expect(describePlatform(eks, { ...old, minor: 33 }).verdict).toBe('ok');
  });

  it('every platform that doctor knows has its section on the page that doctor names', () => {
    const page = readFileSync('docs/platforms.md', 'utf8');
    for (const { name } of platforms) expect(page).toContain(`\n## ${name}`);
    for (const platform of platforms) expect(remedyNodes(platform).text).toContain('docs/platforms.md');
  });
});

describe('doctor on OpenShift', () => {
  it('doctor names the SCC and its binding where OpenShift refuses the pod, and not RBAC', async () => {
    const what =
      'Cannot create pods: pods "job-1" is forbidden: unable to validate against any security context constraint: [provider "restricted-v2": .containers[0].runAsUser: Invalid value: 1000: must be in the ranges: [1000660000, 1000669999]]';
    const refusal = new SystemFailure('forbidden', {
      what,
      operator: 'grant the account `create` on `pods`.',
    });
    const { cluster } = patient({ groups: ['security.openshift.io'] });
    const refusing = { ...cluster, createPod: () => Promise.reject(refusal) };
    const findings = await examine(requestFor(refusing));
    const admission = findings.find(({ check }) => check === 'pod admission');

    expect(admission?.verdict).toBe('fail');
    expect(admission?.remedies).toHaveLength(1);
    expect(admission?.remedies[0]?.code?.split('\n')[0]).toBe(
      'oc adm policy add-scc-to-user restricted-v3 -z gitlab-pod-executor -n ci',
    );
  });
});
