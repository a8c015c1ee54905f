import { expect, test } from 'vitest';
import { makeScratch, runRecorded } from './recorder/run-recorded.ts';
import { callsOf, finalOf } from './recorder/summarize.ts';

const before = ['config', 'prepare', 'prepare_script', 'get_sources'];
const end = ['cleanup_file_variables', 'cleanup'];
const script = ['echo hello from script'];
const slow = ['echo started; for i in 1 2 3 4 5 6 7 8 9; do echo tick $i; sleep 0.3; done'];
const after_script = ['echo after_script status=$CI_JOB_STATUS'];
const running = { name: 'slow', variables: { GIT_STRATEGY: 'none' }, script: slow, after_script };

test('a cancel in the script stops it, and the rest of the job still runs', async () => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, {
    on: [{ trace: /^tick 2/m, do: 'cancel' }],
    job: {
      ...running,
      artifacts: [{ paths: ['x'], when: 'always' }],
      cache: [{ key: 'k', paths: ['x'], when: 'always' }],
    },
  });

  expect(callsOf(result).slice(4)).toEqual([
    'restore_cache',
    'build_script',
    'after_script',
    'archive_cache_on_failure',
    'upload_artifacts_on_failure',
    ...end,
  ]);
  expect(result.readableTrace).toContain('WARNING: script canceled externally (UI, API)\n');
  expect(result.readableTrace).toContain('after_script status=canceled\n');
  expect(result.readableTrace).not.toContain('tick 9');
  expect(finalOf(result)).toBe('canceled unknown_failure -');
});

test.each([
  {
    title: 'in get_sources',
    faults: 'get_sources=sleep:5',
    trace: /get_sources sleeps/,
    calls: [...before, 'cleanup'],
  },
  {
    title: 'in prepare',
    faults: 'prepare=sleep:5',
    trace: /prepare sleeps/,
    calls: ['config', 'prepare', 'cleanup'],
  },
])('a cancel $title ends the whole job', async ({ faults, trace, calls }) => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, { faults, on: [{ trace, do: 'cancel' }], job: running });

  expect(callsOf(result)).toEqual(calls);
  expect(result.readableTrace).toMatch(/\n\nERROR: Job failed: canceled\n$/);
  expect(finalOf(result)).toBe('canceled unknown_failure -');
});

test('a cancel in after_script changes nothing but the name of the end', async () => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, {
    on: [{ trace: /^tock/m, do: 'cancel' }],
    job: { ...running, script, after_script: ['echo tock; sleep 0.5; echo done'] },
  });

  expect(result.readableTrace).toMatch(/done\n[\s\S]*Job succeeded\n$/);
  expect(finalOf(result)).toBe('canceled - -');
});

test.each([
  { action: 'cancel-hard', final: 'canceled - -' },
  { action: 'fail', final: 'failed unknown_failure -' },
] as const)('a $action takes no more of the log and only cleans up', async ({ action, final }) => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, { on: [{ trace: /^tick 2/m, do: action }], job: running });

  expect(callsOf(result)).toEqual([...before, 'build_script', 'cleanup']);
  expect(result.readableTrace).not.toContain('ERROR');
  expect(finalOf(result)).toBe(final);
});
