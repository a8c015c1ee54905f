import { describe, expect, it } from 'vitest';
import { samplePod } from '../../src/doctor/sample.ts';
import { promisedSince } from '../../src/plan/namespace-proof.ts';
import { now, policyOf } from '../stage/doctor-patient.ts';

function sample(text = '', hasService = true) {
  const { manifest: pod } = samplePod({
    policy: policyOf(text),
    hasService,
    server: promisedSince,
    random: 'k7m2qx4d',
    now,
  });
  const { metadata, spec } = pod as {
    metadata: { name: string; labels: Record<string, string>; annotations: Record<string, string> };
    spec: { hostUsers: boolean; containers: { name: string; image: string; securityContext: object }[] };
  };
  return { metadata, spec };
}

describe('samplePod', () => {
  it("makes a job's pod of the helper image alone", () => {
    const { spec } = sample();
    expect(spec.hostUsers).toBe(false);
    expect(spec.containers.map(({ name, image }) => [name, image])).toEqual([
      ['build', 'docker.io/library/helper:19.4.0'],
      ['helper', 'docker.io/library/helper:19.4.0'],
      ['svc-0', 'docker.io/library/helper:19.4.0'],
    ]);
    expect(sample('', false).spec.containers).toHaveLength(2);
  });

  it("makes a pod that is found and swept as ours, and is no job of GitLab's", () => {
    const { metadata } = sample();
    expect(metadata.labels).toMatchObject({
      'app.kubernetes.io/managed-by': 'gitlab-pod-executor',
      'gitlab-pod-executor/job-id': '0',
    });
    // timeouts.ready and ten minutes.
    expect(metadata.annotations['gitlab-pod-executor/deadline']).toBe('2026-11-21T12:20:00.000Z');
  });

  it.each([
    ['that admits no image', 'allowed_images: []\nallowed_services: []'],
    ['that admits other services', 'allowed_services: [other]'],
    ['that replaces every image', 'replacements: [{ pattern: "**", use: other }]'],
    ['that has rules', 'allowed_images: [a]\nrules: [{ when: { project_ids: [1] }, allowed_images: [b] }]'],
  ])('makes a pod that is admitted by a policy %s', (_, text) => {
    expect(sample(text).spec.containers[0]?.image).toBe('docker.io/library/helper:19.4.0');
  });

  it('has the security contexts of the policy', () => {
    const { spec } = sample('default_security_context: { runAsUser: 1234 }');
    for (const { securityContext } of spec.containers)
      expect(securityContext).toMatchObject({ runAsUser: 1234, runAsNonRoot: true });
  });
});
