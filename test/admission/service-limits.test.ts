import { describe, expect, it } from 'vitest';
import {
  findTooLong,
  findTooMany,
  maxAliases,
  maxOwnVariables,
  maxServices,
  maxServicesBytes,
} from '../../src/admission/service-limits.ts';
import type { JobService } from '../../src/job/job.ts';

function service(rest: Partial<JobService> = {}): JobService {
  return {
    name: 'postgres',
    entrypoint: null,
    pullPolicies: [],
    kubernetesUser: null,
    dockerUser: null,
    dockerPlatform: null,
    aliases: [],
    command: null,
    variables: [],
    ...rest,
  };
}

const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const variable = { key: 'A', value: '', isPublic: true, isFile: false, isMasked: false, isRaw: false };

describe('findTooMany', () => {
  it.each([
    ['services', times(maxServices, service())],
    ['aliases', [service({ aliases: times(maxAliases - 1, 'a') }), service({ aliases: ['a'] })]],
    ['variables', [service({ variables: times(maxOwnVariables, variable) })]],
  ])('takes as many %s as there may be', (_, services) => {
    expect(findTooMany(services)).toEqual([]);
  });

  it('counts over all services, and says all at once', () => {
    const services = times(
      maxServices + 1,
      service({ aliases: times(1000, 'a'), variables: times(100, variable) }),
    );

    expect(findTooMany(services)).toEqual([
      {
        kind: 'too-much',
        key: 'services',
        requested: '33 services',
        reason: 'This runner takes at most 32 of them in a job.',
        instead: 'Leave out 1 or more.',
      },
      {
        kind: 'too-much',
        key: 'services:alias',
        requested: '33000 aliases',
        reason: 'This runner takes at most 256 of them in a job.',
        instead: 'Leave out 32744 or more.',
      },
      {
        kind: 'too-much',
        key: 'services:variables',
        requested: '3300 variables',
        reason: 'This runner takes at most 1000 of them in a job.',
        instead: 'Leave out 2300 or more.',
      },
    ]);
  });
});

describe('findTooLong', () => {
  const most = maxServicesBytes - 'postgres'.length - 'A'.length;
  const filled = (place: number, rest: Partial<JobService>, value: string) => ({
    key: `services[${place}]`,
    service: service(rest),
    variables: [{ key: 'A', value }],
  });
  const lengths = (value: string, rest: Partial<JobService> = {}) => findTooLong([filled(0, rest, value)]);

  it('counts names, entrypoints, commands and variables, in bytes', () => {
    expect(lengths('x'.repeat(most))).toBeNull();
    expect(lengths('x'.repeat(most + 1))).not.toBeNull();
    expect(lengths('x'.repeat(most - 2), { entrypoint: ['é'] })).toBeNull();
    expect(lengths('x'.repeat(most - 1), { entrypoint: ['é'] })).not.toBeNull();
    expect(lengths('x'.repeat(most - 1), { command: ['a', 'b'] })).not.toBeNull();
  });

  it('names the one to shorten', () => {
    expect(
      findTooLong([
        filled(1, { command: ['x'.repeat(60_000)] }, 'x'),
        filled(3, { entrypoint: ['x'.repeat(90_000)] }, 'x'),
      ]),
    ).toEqual({
      kind: 'too-much',
      key: 'services',
      requested: '150020 bytes of names, entrypoints, commands and variables',
      reason: 'This runner takes at most 131072 bytes of them in a job.',
      instead: 'Shorten them; `services[3]:entrypoint` alone has 90000.',
    });
  });
});
