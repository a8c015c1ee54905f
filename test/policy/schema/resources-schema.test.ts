import { describe, expect, it } from 'vitest';
import { exceeds, resources, shippedResources } from '../../../src/policy/schema/resources-schema.ts';

describe('resources', () => {
  it('has requests and limits of processor, memory and disk for every container', () => {
    expect(resources.parse(undefined)).toEqual(shippedResources);
    for (const role of Object.values(shippedResources)) {
      for (const amounts of [role.requests, role.limits]) {
        expect(Object.keys(amounts).sort()).toEqual(['cpu', 'ephemeral-storage', 'memory']);
      }
    }
  });

  it("takes the operator's amounts one by one", () => {
    const { build, helper } = resources.parse({
      build: { limits: { memory: '8Gi' }, requests: { cpu: 2 } },
    });

    expect(build.limits).toEqual({ ...shippedResources.build.limits, memory: '8Gi' });
    expect(build.requests).toEqual({ ...shippedResources.build.requests, cpu: '2' });
    expect(helper).toEqual(shippedResources.helper);
  });

  it('lowers a shipped request to a smaller limit, and raises a shipped limit to a larger request', () => {
    const { build } = resources.parse({ build: { limits: { memory: '64Mi' }, requests: { cpu: '16' } } });

    expect(build.requests?.['memory']).toBe('64Mi');
    expect(build.limits?.['cpu']).toBe('16');
  });

  it('takes a default away where the file says null', () => {
    const { service } = resources.parse({ service: { limits: { cpu: null } } });

    expect(service.limits).not.toHaveProperty('cpu');
    expect(service.requests).toHaveProperty('cpu');
  });

  it('knows resources that it has no default for', () => {
    const { build } = resources.parse({ build: { limits: { 'nvidia.com/gpu': 1 } } });

    expect(build.limits?.['nvidia.com/gpu']).toBe('1');
  });
});

describe('exceeds', () => {
  it.each<[string, string, boolean]>([
    ['2', '1', true],
    ['2Ei', '1Ei', true],
    ['1Ei', '2Ei', false],
    ['100n', '5u', false],
    // In binary fractions 700 times 0.001 is more than 0.7.
    ['700m', '0.7', false],
    ['1025Mi', '1Gi', true],
  ])('says whether %s exceeds %s: %s', (request, limit, expected) =>
    expect(exceeds(request, limit)).toBe(expected),
  );
});
