import { expect, test } from 'vitest';
import { identityTable, stageTable } from '../../scripts/demo-table.ts';
import type { CallRecord, JobResult } from '../model-runner/result.ts';

const call = (
  name: CallRecord['name'],
  subStage: string | null,
  from: number,
  to: number | null,
): CallRecord => ({
  name,
  subStage,
  argv: [],
  cwd: '/',
  env: {},
  pid: 1,
  startedAt: from,
  endedAt: to,
  exitCode: 0,
  signal: null,
  startError: null,
});

test('lists each stage with its container and its time', () => {
  const calls = [
    call('config', null, 1000, 1040),
    call('run', 'get_sources', 1100, 1600),
    call('run', 'step_release', 1600, 1700),
    call('run', 'build_script', 1700, 1950),
    call('cleanup', null, 1960, 2000),
  ];

  expect(stageTable({ calls } as unknown as JobResult)).toBe(
    [
      '  stage              container   time',
      '  ────────────────   ─────────   ──────',
      '  config                         0.04 s',
      '  run get_sources    helper      0.50 s',
      '  run step_release   build       0.10 s',
      '  run build_script   build       0.25 s',
      '  cleanup                        0.04 s',
      '  altogether                     1.00 s',
    ].join('\n'),
  );
});

test('says of a call that did not end just that', () => {
  expect(stageTable({ calls: [call('prepare', null, 1, null)] } as unknown as JobResult)).toContain(
    'did not end',
  );
});

const inside = { uid: 1000, uidMap: '0 131072 65536' };

test('puts what was read inside beside what was read outside', () => {
  const outside = { uid: 132_072, uidMap: '0 131072 65536' };

  const text = identityTable({ pod: 'p', node: 'here', inside, outside });

  expect(text).toContain('in the pod       on here\n');
  expect(text).toContain('uid                 1000             132072\n');
  expect(text).not.toContain('user namespace');
});

test('explains two maps of one process', () => {
  const outside = { uid: 101_000, uidMap: '0 100000 65536' };

  const text = identityTable({ pod: 'p', node: 'here', inside, outside });

  expect(text).toContain('its id 131072 is 100000 on this machine.');
});

test('says so where the node cannot be read', () => {
  const text = identityTable({ pod: 'p', node: 'far', inside, outside: null });

  expect(text).toContain('132072 (by the map; its /proc is not ours to read)');
});
