// How many processes a stage is on the runner's machine: a change that adds one shows here, whatever machine it runs on. Each is counted
// in a process namespace of its own, where the kernel numbers them one by one.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { executable } from '../cluster/cluster-under-test.ts';

const parent = mkdtempSync(join(tmpdir(), 'processes-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const ownProcesses = ['unshare', '--pid', '--fork', '--mount-proc'];
const whyNot = (() => {
  const { status, stderr } = spawnSync('env', [...ownProcesses, 'true'], { encoding: 'utf8' });
  return status === 0 ? null : stderr;
})();
if (whyNot !== null) console.warn(`SKIPPED: processes of a stage are not counted: ${whyNot}`);

/** Stands for Node, which is a process and its threads. */
const node = join(parent, 'node');
writeFileSync(node, '#!/bin/sh\necho Node\n', { mode: 0o755 });

/** A resident that has answered before it is asked: whoever counts is it. */
function residentPlace(): string {
  const buildId = readFileSync(join(executable, '../lib/build-id'), 'utf8').trim();
  const place = join(parent, buildId);
  for (const directory of [place, `${place}/slots`, `${place}/calls`]) mkdirSync(directory, { mode: 0o700 });
  execFileSync('mkfifo', [`${place}/requests`, `${place}/slots/a1`]);
  symlinkSync('/bin/dd', `${place}/dd`);
  writeFileSync(`${place}/calls/a1.code`, '0\n');
  return place;
}

/** Its own number and start; then the stage between two processes that say theirs. */
const counting = [
  'read -r stat </proc/1/stat',
  'start=$(set -- ${stat##*)}; echo ${20})',
  '[ ! -d "$1" ] || echo "1 $start" >"$1/pid"',
  'shift',
  'sh -c "echo \\$\\$"; "$@" >"$0"; sh -c "echo \\$\\$"',
].join('\n');

function processesOf(
  place: string,
  ...words: readonly string[]
): { readonly count: number; readonly said: string } {
  const said = join(parent, 'said');
  const { stdout, stderr } = spawnSync(
    'env',
    [...ownProcesses, 'sh', '-c', counting, said, place, executable, ...words],
    {
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        GITLAB_POD_EXECUTOR_RESIDENT: join(place, '..'),
        GITLAB_POD_EXECUTOR_NODE: node,
        JOB_RESPONSE_FILE: '/job.json',
      },
    },
  );
  expect(stderr).toBe('');
  const [before, after] = stdout.trim().split('\n').map(Number);
  return { count: (after ?? 0) - (before ?? 0) - 1, said: readFileSync(said, 'utf8') };
}

describe.skipIf(whyNot !== null)('the processes of a stage', () => {
  it('a stage is a shell and a dd through a resident, and Node in place of the shell alone; config is a shell', () => {
    const place = residentPlace();
    expect(processesOf('/none', 'run', '/script', 'build_script')).toEqual({ count: 1, said: 'Node\n' });
    expect(processesOf(place, 'run', '/script', 'build_script')).toEqual({ count: 2, said: '' });
    expect(processesOf(place, 'config')).toMatchObject({
      count: 1,
      said: expect.stringContaining('driver') as unknown,
    });
  });
});
