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
  const lengths = (value: string, rest: Partial<JobService> = {}) =>
    findTooLong([service(rest)], [[{ key: 'A', value }]]);

  it('counts names, entrypoints, commands and variables, in bytes', () => {
    expect(lengths('x'.repeat(most))).toBeNull();
    expect(lengths('x'.repeat(most + 1))).not.toBeNull();
    expect(lengths('x'.repeat(most - 2), { entrypoint: ['é'] })).toBeNull();
    expect(lengths('x'.repeat(most - 1), { entrypoint: ['é'] })).not.toBeNull();
    expect(lengths('x'.repeat(most - 1), { command: ['a', 'b'] })).not.toBeNull();
  });

  it('names the one to shorten', () => {
    expect(
      findTooLong(
        [service({ command: ['x'.repeat(60_000)] }), service({ entrypoint: ['x'.repeat(90_000)] })],
        [[{ key: 'A', value: 'x' }], []],
      ),
    ).toEqual({
      kind: 'too-much',
      key: 'services',
      requested: '150018 bytes of names, entrypoints, commands and variables',
      reason: 'This runner takes at most 131072 bytes of them in a job.',
      instead: 'Shorten them; `services[1]:entrypoint` alone has 90000.',
    });
  });
});
