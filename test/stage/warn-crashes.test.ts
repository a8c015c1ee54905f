import { describe, expect, it } from 'vitest';
import { warnCrashes } from '../../src/stage/warn-crashes.ts';
import { fakeIo } from './fake-io.ts';
import { ended, podOf } from './pod-fixture.ts';

const services = [
  { container: 'svc-0', image: 'postgres:16', port: 5432 },
  { container: 'svc-1', image: 'redis:7', port: null },
];
const cluster = {
  readLog: ({ container }: { container: string }) =>
    Promise.resolve(container === 'svc-0' ? 'no\nroom\n' : ''),
};
const crashed = [
  'WARNING: The service postgres:16 (services[0]) ended with exit code 1. The job goes on without it. It printed:',
  '  | no',
  '  | room',
];

describe('warnCrashes', () => {
  it('warns of each service once an attempt, whichever process looks', async () => {
    const io = fakeIo();
    const pod = podOf({ 'svc-0': ended(1), 'svc-1': ended(137, 'OOMKilled') });
    await warnCrashes({ io, cluster, pod, services });
    await warnCrashes({ io: { ...fakeIo(), files: io.files, log: io.log }, cluster, pod, services });
    expect(io.lines()).toEqual([
      ...crashed,
      'WARNING: The service redis:7 (services[1]) was killed: out of memory. The job goes on without it. It printed nothing.',
    ]);
    expect(io.messages()).toMatch(/^\u001b\[33;1mWARNING/);
  });

  it('names the memory limit of a service that ran into it, and its key', async () => {
    const io = fakeIo();
    const pod = podOf({ 'svc-1': ended(137, 'OOMKilled') });
    const limited = [{ name: 'svc-1', resources: { limits: { memory: '64Mi' } } }];
    await warnCrashes({ io, cluster, pod: { ...pod, spec: { containers: limited } }, services });
    expect(io.lines()[0]).toBe(
      'WARNING: The service redis:7 (services[1]) was killed: out of memory (its limit is 64Mi, `resources.service.limits.memory` of the policy). The job goes on without it. It printed nothing.',
    );
  });

  it('warns once when two look at the same moment', async () => {
    const io = fakeIo();
    const logged = new Set<string>();
    const pod = podOf({ 'svc-0': ended(1) });
    await Promise.all([
      warnCrashes({ io, cluster, pod, services }, logged),
      warnCrashes({ io, cluster, pod, services }, logged),
    ]);
    expect(io.lines()).toEqual(crashed);
  });

  it('says nothing of services that run', async () => {
    const io = fakeIo();
    await warnCrashes({ io, cluster, pod: podOf({ 'svc-0': 'late' }), services });
    expect(io.messages()).toBe('');
  });

  it('lets no control character of a name through', async () => {
    const io = fakeIo();
    await warnCrashes({
      ...{ io, cluster, pod: podOf({ 'svc-0': ended(1) }) },
      services: [{ container: 'svc-0', image: 'a\u001b[2J\r\nb', port: null }],
    });
    expect(io.lines()[0]).toContain('The service a?[2J? b (services[0]) ended');
  });
});
