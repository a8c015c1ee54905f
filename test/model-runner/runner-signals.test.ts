import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { RunnerSettings } from './options.ts';
import { executor, makeScratch, runRecorded } from './recorder/run-recorded.ts';
import { callsOf, finalOf } from './recorder/summarize.ts';

const before = ['config', 'prepare', 'prepare_script', 'get_sources'];
const slow = ['echo started; for i in 1 2 3 4 5 6 7 8 9; do echo tick $i; sleep 0.3; done'];
const after_script = ['echo after_script status=$CI_JOB_STATUS'];
const running = { name: 'slow', variables: { GIT_STRATEGY: 'none' }, script: slow, after_script };

test.each([
  { signal: 'runner-sigterm', word: 'terminated' },
  { signal: 'runner-sigint', word: 'interrupt' },
] as const)('$signal ends the job and cleans up', async ({ signal, word }) => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, { on: [{ trace: /^tick 2/m, do: signal }], job: running });

  expect(callsOf(result)).toEqual([...before, 'build_script', 'cleanup']);
  expect(result.readableTrace).toContain(
    'WARNING: after_script failed, but job will continue unaffected: context canceled\n',
  );
  expect(result.readableTrace).toMatch(new RegExp(`ERROR: Job failed: aborted: ${word}\n$`));
  expect(finalOf(result)).toBe('failed runner_interrupted -');
});

test('the caller can end the runner, too', async () => {
  using scratch = makeScratch();
  const stop = new AbortController();
  const result = await runRecorded(scratch, {
    signal: stop.signal,
    on: [{ trace: /^tick 2/m, do: () => stop.abort() }],
    job: running,
  });

  expect(callsOf(result).at(-1)).toBe('cleanup');
  expect(finalOf(result)).toBe('failed runner_interrupted -');
});

test('runner-sigterm in prepare waits for it and for prepare_script', async () => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, {
    faults: 'prepare=sleep:0.5',
    on: [{ trace: /prepare sleeps/, do: 'runner-sigterm' }],
    job: running,
  });

  expect(callsOf(result)).toEqual(['config', 'prepare', 'prepare_script', 'cleanup']);
  expect(finalOf(result)).toBe('failed runner_interrupted -');
});

test('runner-sigquit lets the job end as it would', async () => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, {
    on: [{ trace: /^started/m, do: 'runner-sigquit' }],
    job: { ...running, script: ['echo started; sleep 0.2'] },
  });

  expect(finalOf(result)).toBe('success - -');
});

test.each([
  { title: 'is killed', action: 'runner-sigkill', settings: {} },
  {
    title: 'runs out of shutdown_timeout',
    action: 'runner-sigterm',
    settings: { shutdown_timeout: 0.2, graceful_kill_timeout: 60 },
  },
] as const)(
  'a runner that $title cleans nothing up, and the executor lives on',
  async ({ action, settings }) => {
    using scratch = makeScratch();
    const deaf =
      'if [ "$2" = build_script ]; then trap "" TERM; echo deaf; while sleep 0.1; do echo still here; done; fi';
    const result = await runRecorded(scratch, {
      executor: { ...executor, run: ['sh', '-c', deaf, 'run'] },
      runner: settings satisfies RunnerSettings,
      on: [{ trace: /^deaf/m, do: action }],
      job: running,
    });

    expect(callsOf(result)).toEqual([...before, 'build_script']);
    expect(result.calls.at(-1)).toMatchObject({ endedAt: null, exitCode: null });
    expect(finalOf(result)).toBe('running - -');
    expect(result.leftRunning).toEqual([result.calls.at(-1)?.pid]);
    await groupEnds(result.leftRunning[0]!);
  },
);

/** It wrote to a pipe that nobody reads any more. */
async function groupEnds(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(-pid, 0);
    } catch {
      return;
    }
    await sleep(50);
  }
}
