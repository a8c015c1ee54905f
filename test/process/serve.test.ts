// A resident that starts, or says why it does not.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { executable } from '../cluster/cluster-under-test.ts';
import { startTestResident, type TestResident } from './a-resident.ts';
import { readable } from './readable.ts';
import { type StageEnd, startStage } from './stage-call.ts';

const parent = mkdtempSync(join(tmpdir(), 'serve-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const newDirectory = (): string => mkdtempSync(join(parent, 'resident-'));
const buildId = readFileSync(join(executable, '../lib/build-id'), 'utf8').trim();

let residents: TestResident[] = [];
let children: ChildProcess[] = [];
afterEach(async () => {
  await Promise.all(residents.map((each) => each.stop()));
  for (const child of children) child.kill('SIGKILL');
  [residents, children] = [[], []];
});

async function serving(directory = newDirectory()): Promise<TestResident> {
  const resident = await startTestResident(directory);
  residents.push(resident);
  return resident;
}

/** One that ends by itself. */
function serve(env: Readonly<Record<string, string>>): Promise<StageEnd> {
  return startStage({
    argv: [executable, 'serve'],
    cwd: parent,
    env: { PATH: process.env['PATH'], GITLAB_POD_EXECUTOR_NODE: process.execPath, ...env },
  }).end;
}

/** A directory for PATH with programs of these texts, and some of the machine's. */
function pathWith(own: Readonly<Record<string, string>>, ...machines: readonly string[]): string {
  const directory = newDirectory();
  for (const [name, text] of Object.entries(own))
    writeFileSync(join(directory, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  for (const name of machines) {
    const found = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    symlinkSync(found, join(directory, name));
  }
  return directory;
}

/** BusyBox's dd, built without FEATURE_DD_THIRD_STATUS_LINE. */
const countsNothing = 'cat; printf "0+1 records in\\n0+1 records out\\n" >&2';

describe('a resident that starts', () => {
  it('a resident refuses the directory in which another one serves, and that one goes on', async () => {
    const { directory } = await serving();
    const second = await serve({ GITLAB_POD_EXECUTOR_RESIDENT: directory });
    expect(second.exitCode).toBe(2);
    expect(readable(second.stderr)).toContain(
      `Cannot serve: another process has ${directory}/${buildId}/lock.`,
    );
  });

  it('a resident takes over the directory of one that was killed', async () => {
    const first = await serving();
    first.signal('SIGKILL');
    await first.ended;
    const { pid, place } = await serving(first.directory);
    expect(readFileSync(`${place()}/pid`, 'utf8')).toMatch(new RegExp(`^${pid} \\d+\n$`));
  });

  it('a resident refuses a directory that others can enter, a relative one, and one that it cannot make', async () => {
    const open = newDirectory();
    mkdirSync(join(open, buildId));
    chmodSync(join(open, buildId), 0o755);
    const file = join(newDirectory(), 'file');
    writeFileSync(file, '');
    const refusals = await Promise.all(
      [open, 'here', file].map((path) => serve({ GITLAB_POD_EXECUTOR_RESIDENT: path })),
    );
    expect(refusals.map(({ exitCode }) => exitCode)).toEqual([2, 2, 2]);
    expect(refusals.map(({ stderr }) => readable(stderr).replaceAll('\n', ' '))).toEqual([
      expect.stringContaining('it must be a directory of the user that serves, with mode 0700'),
      expect.stringContaining('Cannot serve from here: the path does not begin with `/`.'),
      expect.stringContaining(`Cannot serve from ${file}/${buildId}: `),
    ]);
  });

  it('a resident gives launchers a dd that counts bytes, and refuses to serve where there is none', async () => {
    const { place } = await serving();
    expect(readlinkSync(`${place()}/dd`)).toMatch(/^\/.*\/dd$/);
    const { exitCode, stderr } = await serve({
      GITLAB_POD_EXECUTOR_RESIDENT: newDirectory(),
      PATH: pathWith({ dd: countsNothing }, 'flock', 'sh', 'cat', 'timeout'),
    });
    expect(exitCode).toBe(2);
    expect(readable(stderr)).toContain('no `dd` in PATH says how many bytes it copied');
    const lost = await serve({ GITLAB_POD_EXECUTOR_RESIDENT: newDirectory(), PATH: pathWith({}) });
    expect(readable(lost.stderr)).toContain('Cannot serve: this machine has no `flock`.');
    const full = await serve({
      GITLAB_POD_EXECUTOR_RESIDENT: newDirectory(),
      PATH: pathWith({ mkfifo: 'echo "mkfifo: no space left" >&2; exit 1' }, 'flock', 'sh', 'dd', 'timeout'),
    });
    expect(readable(full.stderr)).toContain('Cannot make FIFOs: mkfifo: no space left. Make room');
  });

  // @promise log: the resident stands still (SIGSTOP, an endless loop) — it is killed within 30 s, its launchers go on alone
  it('a resident that stands still is killed, and one whose guard is killed ends', async () => {
    const resident = await serving();
    const guard = childOf(resident.pid);
    process.kill(guard, 'SIGKILL');
    expect(await resident.ended).toBe(0);
    expect(resident.said()).toContain(`Lost ${resident.place()}/lock.`);

    const module = join(import.meta.dirname, '../../cmd/resident/lock-directory.ts');
    const lock = JSON.stringify(join(newDirectory(), 'lock'));
    const child = spawn(
      process.execPath,
      [
        '-e',
        `import(${JSON.stringify(module)}).then(({ lockDirectory }) => lockDirectory(${lock}, { maxSilenceSeconds: 1 })).then(() => console.log('locked'))`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    children.push(child);
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    // It is not killed while it lives on.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(child.exitCode).toBeNull();
    expect(child.signalCode).toBeNull();
    child.kill('SIGSTOP');
    expect(await ended).toBe('SIGKILL');
  });
});

describe('a resident that was asked to end', () => {
  // @promise log: the resident is asked to end, and a script runs longer than it may take — it ends all the same, its launcher goes on
  it.each([
    ['ends with calls that go on for longer than it has', 'new Promise(() => {})', 'left'],
    ['ends in good order when its calls have ended', 'Promise.resolve()', 'drained'],
  ])('a resident %s', async (_, drained, how) => {
    const module = JSON.stringify(join(import.meta.dirname, '../../cmd/resident/drain-or-leave.ts'));
    const program = `setTimeout(() => {}, 60_000); process.once('exit', () => console.log(last));
      let last = 'left';
      const resident = { drain: () => ${drained}, served: () => 1 };
      const { drainOrLeave } = await import(${module});
      await drainOrLeave(resident, { milliseconds: 50, report: () => {} });
      last = 'drained';
      process.exit(0);`;
    const argv = [process.execPath, '--input-type=module', '-e', program];
    const stage = startStage({ argv, cwd: parent, env: { PATH: process.env['PATH'] } });
    expect(await stage.end).toEqual({ exitCode: 0, stdout: `${how}\n`, stderr: '' });
  });
});

/** The one child of a process that does nothing else. */
function childOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'pid=', '--ppid', `${pid}`], { encoding: 'utf8' }));
}

describe('what nobody caught', () => {
  const crash = (when: string): Promise<StageEnd> =>
    startStage({
      argv: [process.execPath, join(import.meta.dirname, 'crashing-calls.ts'), when],
      cwd: parent,
      env: { PATH: process.env['PATH'] },
    }).end;

  // @promise harm: an error of ours that nobody caught, in one job of a resident — that job is a system failure, the others go on
  it('an error that nobody caught ends its call as a system failure, is logged, and ends no other call', async () => {
    const { exitCode, stdout, stderr } = await crash('running');
    expect([exitCode, ...stdout.split('\n').filter((line) => /^\w+ \d+$/.test(line))]).toEqual([
      0,
      'crash 112',
      'quiet 0',
    ]);
    expect(readable(stdout)).toContain('a fault of ours');
    expect(stderr).toMatch(/^Uncaught: Error: a fault of ours\n +at /);
  });

  it('an error of a call that is over ends the resident: nobody knows what else it broke', async () => {
    const { exitCode, stdout, stderr } = await crash('over');
    expect([exitCode, stdout]).toEqual([1, 'crash 0\n']);
    expect(stderr).toContain('Uncaught: Error: a fault of ours');
  });
});
