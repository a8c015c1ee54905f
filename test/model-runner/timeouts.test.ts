import { expect, test } from 'vitest';
import { executor, makeScratch, runRecorded } from './recorder/run-recorded.ts';
import { callsOf, finalOf } from './recorder/summarize.ts';

const before = ['config', 'prepare', 'prepare_script', 'get_sources'];
const whole = [...before, 'build_script', 'after_script', 'cleanup_file_variables', 'cleanup'];
const script = ['echo hello from script'];
const slow = ['echo started; for i in 1 2 3 4 5 6 7 8 9; do echo tick $i; sleep 0.3; done'];
const after_script = ['echo after_script status=$CI_JOB_STATUS'];
const running = { name: 'slow', variables: { GIT_STRATEGY: 'none' }, script: slow, after_script };

const timeoutWarning = (stage: string) =>
  `WARNING: ${stage} could not run to completion because the timeout was exceeded. For more control over job and script timeouts see: ` +
  'https://docs.gitlab.com/ci/runners/configure_runners/#set-script-and-after_script-timeouts';

test('a job that takes too long runs nothing more, not even always', async () => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, {
    // Time enough to come as far as the script on a busy machine.
    job: { ...running, script: ['sleep 60'], timeout: 3, artifacts: [{ paths: ['x'], when: 'always' }] },
  });

  expect(callsOf(result)).toEqual([...before, 'build_script', 'cleanup']);
  expect(result.readableTrace.trimEnd().split('\n').slice(-2)).toEqual([
    timeoutWarning('step_script'),
    'ERROR: Job failed: execution took longer than 3s seconds',
  ]);
  expect(finalOf(result)).toBe('failed job_execution_timeout -');
});

test('a preparation that takes too long is not tried again', async () => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, { faults: 'prepare=sleep:5', job: { ...running, timeout: 1 } });

  expect(callsOf(result)).toEqual(['config', 'prepare', 'cleanup']);
  expect(result.readableTrace).toMatch(/\n\nERROR: Job failed: execution took longer than 1s seconds\n$/);
});

test('RUNNER_SCRIPT_TIMEOUT ends the script and lets the rest run', async () => {
  using scratch = makeScratch();
  const variables = { GIT_STRATEGY: 'none', RUNNER_SCRIPT_TIMEOUT: '1s' };
  const result = await runRecorded(scratch, { job: { ...running, variables } });

  expect(callsOf(result)).toEqual(whole);
  expect(result.readableTrace).toContain(timeoutWarning('step_script'));
  expect(result.readableTrace).toContain('after_script status=timedout\n');
  expect(result.readableTrace).toMatch(/ERROR: Job failed: script timeout: context deadline exceeded\n$/);
  expect(finalOf(result)).toBe('failed job_execution_timeout -');
});

test('RUNNER_AFTER_SCRIPT_TIMEOUT is a warning', async () => {
  using scratch = makeScratch();
  const variables = { GIT_STRATEGY: 'none', RUNNER_AFTER_SCRIPT_TIMEOUT: '1s' };
  const result = await runRecorded(scratch, { job: { ...running, variables, script, after_script: slow } });

  expect(result.readableTrace).toContain(timeoutWarning('after_script'));
  expect(result.readableTrace).toContain('WARNING: after_script failed, but job will continue unaffected: ');
  expect(finalOf(result)).toBe('success - -');
});

test('prepare_exec_timeout looks like any other failure of prepare', async () => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, {
    faults: 'prepare=sleep:5',
    runner: { prepare_exec_timeout: 0.3 },
    job: running,
  });

  expect(callsOf(result)).toEqual(Array(3).fill(['config', 'prepare', 'cleanup']).flat());
  expect(finalOf(result)).toBe('failed runner_system_failure -');
});

test('what ignores TERM is killed after graceful_kill_timeout', async () => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, {
    executor: {
      ...executor,
      run: [
        'sh',
        '-c',
        '[ "$2" != build_script ] || { trap "" TERM; echo deaf; while :; do sleep 0.1; done; }',
        'run',
      ],
    },
    runner: { graceful_kill_timeout: 0.3 },
    on: [{ trace: /^deaf/m, do: 'cancel' }],
    job: running,
  });

  expect(result.calls.find(({ subStage }) => subStage === 'build_script')).toMatchObject({
    signal: 'SIGKILL',
  });
  expect(finalOf(result)).toBe('canceled unknown_failure -');
});

test('a call is not over while a process that it left behind holds its output', async () => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, {
    job: { ...running, script: ['(sleep 0.5; echo late) &', 'echo early'] },
  });

  expect(result.readableTrace).toMatch(/early\nlate\nRunning after_script/);
});
