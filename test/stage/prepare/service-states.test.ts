import { expect, it } from 'vitest';
import { serviceStates } from '../../../src/stage/prepare/service-states.ts';
import { admittedService } from '../../pod/sample-job.ts';

it('names each service by its place in the job, and says where it listens', () => {
  const services = [
    admittedService('redis:8', { index: 2 }),
    admittedService('postgres:17', {
      index: 4,
      variables: [{ key: 'HEALTHCHECK_TCP_PORT', value: '5432' }],
    }),
  ];

  expect(serviceStates({ services })).toEqual([
    { container: 'svc-2', image: 'redis:8', port: null },
    { container: 'svc-4', image: 'postgres:17', port: 5432 },
  ]);
});

it('knows services that start the same, without a word of their commands', () => {
  const [first, same, other, none] = serviceStates({
    services: [['serve', 'secret'], ['serve', 'secret'], ['sleep'], []].map((command, index) =>
      admittedService('app:1', { index, command }),
    ),
  });

  expect(first?.program).toBe(same?.program);
  expect(first?.program).not.toBe(other?.program);
  expect(none).not.toHaveProperty('program');
  expect(JSON.stringify(first)).not.toContain('secret');
});
