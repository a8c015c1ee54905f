import { describe, expect, it } from 'vitest';
import { isRegistryNamed } from '../../src/admission/named-registry.ts';
import type { AllowedPattern } from '../../src/policy/policy.ts';
import { samplePolicy } from '../pod/sample-job.ts';

const patterns = (...all: string[]): AllowedPattern[] => all.map((pattern) => ({ pattern }));

describe('isRegistryNamed', () => {
  it.each([
    ['registry.example.org', patterns('registry.example.org/**')],
    ['registry.example.org:5000', patterns('ruby', 'registry.example.org:5000/team/*')],
    ['b.example.org', patterns('{a,b}.example.org/tool:*')],
  ])('finds %s where a pattern says it letter for letter', (registry, allowed) => {
    for (const policy of [
      { ...samplePolicy, allowed_images: allowed },
      { ...samplePolicy, allowed_services: allowed },
      { ...samplePolicy, rules: [{ when: {}, allowed_images: allowed }] },
      { ...samplePolicy, rules: [{ when: {}, allowed_services: allowed }] },
    ])
      expect(isRegistryNamed(registry, policy)).toBe(true);
  });

  it.each([
    ['a wildcard', patterns('**', '*.example.org/**', 'registry?example.org/*')],
    ['another port', patterns('registry.example.org:5000/**')],
    ['the beginning of a longer name', patterns('registry.example.org.au/**', 'registry.example.org')],
    ['no list', undefined],
  ])('takes %s for no name', (_, allowed) => {
    const policy = { ...samplePolicy };
    delete policy.allowed_images;
    if (allowed) policy.allowed_images = allowed;
    expect(isRegistryNamed('registry.example.org', policy)).toBe(false);
  });
});
