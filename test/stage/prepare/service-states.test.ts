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
