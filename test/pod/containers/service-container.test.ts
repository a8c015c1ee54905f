import { expect, test } from 'vitest';
import { readinessPort } from '../../../src/pod/containers/service-container.ts';
import { admittedJob, admittedService, containerOf, podOf, samplePolicy } from '../sample-job.ts';

const serviceOf = (rest: Parameters<typeof admittedService>[1]) =>
  containerOf(podOf({ admitted: admittedJob({ services: [admittedService('redis:8', rest)] }) }), 'svc-0');

const programs: { name: string; entrypoint: string[] | null; command: string[] | null; program: object }[] = [
  { name: 'nothing', entrypoint: null, command: null, program: {} },
  { name: 'a command', entrypoint: null, command: ['serve', '-v'], program: { args: ['serve', '-v'] } },
  { name: 'an entrypoint', entrypoint: ['/run'], command: null, program: { command: ['/run'] } },
  {
    name: 'both',
    entrypoint: ['/run', '-x'],
    command: ['y'],
    program: { command: ['/run', '-x'], args: ['y'] },
  },
  {
    name: 'an emptied entrypoint',
    entrypoint: [''],
    command: ['sh', '-c', 'x'],
    program: { command: ['sh', '-c', 'x'] },
  },
  { name: 'an emptied entrypoint and nothing to run', entrypoint: [''], command: null, program: {} },
  { name: 'an empty list', entrypoint: [], command: null, program: {} },
  {
    name: 'an empty argument in the middle',
    entrypoint: ['/run', ''],
    command: null,
    program: { command: ['/run', ''] },
  },
  {
    name: 'what the kubelet would expand',
    entrypoint: ['$(A)'],
    command: ['$$', '$x'],
    program: { command: ['$$(A)'], args: ['$$$$', '$$x'] },
  },
];

test.for(programs)('$name makes the program $program', ({ entrypoint, command, program }) => {
  const { command: runs, args } = serviceOf({ entrypoint, command });

  expect({ ...(runs ? { command: runs } : {}), ...(args ? { args } : {}) }).toEqual(program);
});

const ports: [value: string | null, port: number | null][] = [
  ['5432', 5432],
  ['65535', 65_535],
  ['65536', null],
  ['0', null],
  ['-1', null],
  ['1e3', null],
  ['80; rm -rf /', null],
  ['', null],
  [null, null],
];

test.for(ports)('HEALTHCHECK_TCP_PORT=%s means port %s', ([value, port]) => {
  const variables = value === null ? [] : [{ key: 'HEALTHCHECK_TCP_PORT', value }];

  expect(readinessPort({ variables })).toBe(port);
  expect(serviceOf({ variables })['readinessProbe']).toEqual(
    port === null ? undefined : { tcpSocket: { port }, periodSeconds: 1, timeoutSeconds: 1 },
  );
});

test('mounts nothing', () => {
  expect(serviceOf({})).not.toHaveProperty('volumeMounts');
});

test('a service sees the workspace where the policy says so, to read, and no other volume of the job', () => {
  const mountsUnder = (service_workspace: 'none' | 'read-only') => {
    const admitted = admittedJob({ services: [admittedService('redis:8')] });
    return containerOf(podOf({ admitted, policy: { ...samplePolicy, service_workspace } }), 'svc-0')[
      'volumeMounts'
    ];
  };

  expect(mountsUnder('none')).toBeUndefined();
  expect(mountsUnder('read-only')).toEqual([{ name: 'workspace', mountPath: '/builds', readOnly: true }]);
});
