import { expect, test } from 'vitest';
import { executor, makeScratch, runRecorded } from './recorder/run-recorded.ts';
import { callsOf, finalOf } from './recorder/summarize.ts';

const script = ['echo hello from script'];
const unknown = (code: number, status: string) =>
  `unknown Custom executor executable exit code ${code}; executable execution terminated with: ${status}`;

test('a preparation that fails is said and tried again, with a new temp dir and response file', async () => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, {
    faults: 'prepare=exit:2',
    job: { name: 'again', script },
  });

  const attempt = [
    'Using Custom executor with driver recorder v1...',
    'ERROR: Preparation failed: exit status 2',
    'Will be retried in 3s ...',
  ];
  expect(result.readableTrace.split('\n').slice(3, 12)).toEqual([...attempt, ...attempt, ...attempt]);
  expect(new Set(result.calls.map(({ cwd }) => cwd)).size).toBe(3);
});

test('a code that one call leaves behind becomes the code of a later failure', async () => {
  using scratch = makeScratch();
  const leave = ['sh', '-c', 'echo 77 >"$BUILD_EXIT_CODE_FILE"'];

  const result = await runRecorded(scratch, {
    executor: { ...executor, prepare: leave, run: ['sh', '-c', '[ "$2" != build_script ]', 'run'] },
    job: { name: 'leftover', variables: { GIT_STRATEGY: 'none' }, script },
  });

  expect(finalOf(result)).toBe('failed script_failure 77');
});

test('cleanup comes before the final state, and its failure is a warning', async () => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, {
    faults: 'cleanup=exit:3',
    job: { name: 'ending', variables: { GIT_STRATEGY: 'none' }, script },
  });

  expect(result.readableTrace).toContain(`WARNING: Cleanup script failed: ${unknown(3, 'exit status 3')}\n`);
});

test.each([
  {
    what: 'config',
    words: 'fork/exec /no/such: no such file or directory',
    calls: Array(3).fill(['config', 'cleanup']).flat() as string[],
  },
  {
    what: 'prepare',
    words: 'fork/exec /no/such: no such file or directory',
    calls: Array(3).fill(['config', 'prepare', 'cleanup']).flat() as string[],
  },
])('says why $what could not be started', async ({ what, words, calls }) => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, {
    executor: { ...executor, [what]: ['/no/such'] },
    job: { name: 'missing', script },
  });

  expect(result.readableTrace).toContain(`ERROR: Preparation failed: failed to start command: ${words}\n`);
  expect(finalOf(result)).toBe('failed runner_system_failure -');
  expect(callsOf(result)).toEqual(calls);
});

test('a variable of 128 KiB makes every call impossible', async () => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, {
    job: { name: 'big', variables: { BIG: 'x'.repeat(128 * 1024) }, script },
  });

  expect(result.readableTrace).toContain('argument list too long');
  expect(result.calls.every(({ startError }) => startError !== null)).toBe(true);
});
