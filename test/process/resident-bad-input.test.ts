// A real resident and real launchers, and what should not be: each ends in a stage that works alone, or in words; never in a wait.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { executable } from '../cluster/cluster-under-test.ts';
import { startTestResident, type TestResident } from './a-resident.ts';
import { installBuild } from './install-build.ts';
import { readable } from './readable.ts';
import { type StageEnd, startStage } from './stage-call.ts';

const parent = mkdtempSync(join(tmpdir(), 'bad-input-'));
const residents: TestResident[] = [];
afterAll(async () => {
  await Promise.all(residents.map((each) => each.stop()));
  rmSync(parent, { recursive: true, force: true });
});

const buildId = readFileSync(join(executable, '../lib/build-id'), 'utf8').trim();
const newDirectory = (): string => mkdtempSync(join(parent, 'place-'));

async function serving(...input: Parameters<typeof startTestResident>): Promise<TestResident> {
  const resident = await startTestResident(input[0] ?? newDirectory(), input[1]);
  residents.push(resident);
  return resident;
}

/** Stands for Node: says that the launcher went on alone, and from where. */
const alone = join(parent, 'alone');
writeFileSync(alone, '#!/bin/sh\necho "alone ${GITLAB_POD_EXECUTOR_DELIVERED-from the start}"\n', {
  mode: 0o755,
});
const byItself = 'alone from the start\n';
const job = join(parent, 'job.json');
writeFileSync(job, '{}');

interface Launch {
  readonly program?: string;
  /** Words before the program's own. */
  readonly wrapper?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

function launch(directory: string, { program = executable, wrapper = [], env = {} }: Launch = {}) {
  return startStage({
    argv: [...wrapper, program, 'run', '/script', 'build_script'],
    cwd: parent,
    env: {
      ...{ PATH: process.env['PATH'], TMPDIR: parent, JOB_RESPONSE_FILE: job },
      ...{ GITLAB_POD_EXECUTOR_RESIDENT: directory, GITLAB_POD_EXECUTOR_NODE: alone, ...env },
    },
  });
}

/** No prepare ran, and the resident says so; whoever works alone here says that. */
async function whoDoes(directory: string, options?: Launch): Promise<string> {
  const { stdout, stderr } = await launch(directory, options).end;
  return readable(stderr).includes('gitlab-pod-executor.json is missing') ? 'the resident' : stdout + stderr;
}

/** Ends by itself: it cannot serve. */
function serve(directory: string, wrapper: readonly string[] = []): Promise<StageEnd> {
  return startStage({
    argv: [...wrapper, executable, 'serve'],
    cwd: parent,
    env: { PATH: process.env['PATH'], GITLAB_POD_EXECUTOR_RESIDENT: directory },
  }).end;
}

/** The launcher, with other words in place of some of its own. */
function launcherWith(words: string, others: string): string {
  const text = readFileSync(executable, 'utf8');
  expect(text).toContain(words);
  const program = join(newDirectory(), 'launcher');
  writeFileSync(
    program,
    text.replace(words, () => others),
    { mode: 0o755 },
  );
  return program;
}

const requestsOf = ({ place }: TestResident): string => join(place(), 'requests');
/** Slots that are free, and what launchers left beside them. */
const leftOf = ({ place }: TestResident): readonly [number, readonly string[]] => [
  readdirSync(join(place(), 'slots')).length,
  readdirSync(join(place(), 'calls')),
];
const spareSlots = 64;

const ownMounts = ['unshare', '--mount', '--propagation', 'private'];
const whyNoMounts = (() => {
  const { status, stderr } = spawnSync('env', [...ownMounts, 'mount', '-t', 'tmpfs', 'none', '/mnt']);
  return status === 0 ? null : stderr.toString();
})();
if (whyNoMounts !== null) console.warn(`SKIPPED: a full disk and a missing /proc: ${whyNoMounts}`);
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn("SKIPPED: a resident's directory of another user: only root can give one away");

describe.concurrent('a resident, its launchers, and what should not be', () => {
  // @promise setting: a directory that a killed resident left, files in place of its FIFOs — stages work alone, the next resident serves
  it('a directory that a killed resident left serves nobody, and then the next resident', async () => {
    const first = await serving();
    first.signal('SIGKILL');
    await first.ended;
    expect(await whoDoes(first.directory)).toBe(byItself);
    rmSync(requestsOf(first));
    writeFileSync(requestsOf(first), 'call a1 1 1\n');
    expect(await whoDoes(first.directory)).toBe(byItself);
    await serving(first.directory);
    expect(await whoDoes(first.directory)).toBe('the resident');
  });

  // @promise setting: a directory that a killed resident left, files in place of its FIFOs
  it('a resident replaces the file that a launcher makes of its requests while it starts', async () => {
    const [directory, programs] = [newDirectory(), newDirectory()];
    const mkfifo = execFileSync('sh', ['-c', 'command -v mkfifo'], { encoding: 'utf8' }).trim();
    const early = `#!/bin/sh\necho stop a1 >'${directory}/${buildId}/requests'\nexec ${mkfifo} "$@"\n`;
    writeFileSync(join(programs, 'mkfifo'), early, { mode: 0o755 });
    const path = `PATH=${programs}:${process.env['PATH']}`;
    const resident = await serving(directory, ['env', path, executable]);
    expect(lstatSync(requestsOf(resident)).isFIFO()).toBe(true);
    expect(await whoDoes(directory)).toBe('the resident');
  });

  // @promise setting: a directory of another user or below /proc, no /proc — no resident serves, in words; stages work alone
  it.skipIf(!isRoot)('a resident refuses a directory of another user, in words', async () => {
    const directory = newDirectory();
    mkdirSync(join(directory, buildId), { mode: 0o700 });
    chownSync(join(directory, buildId), 65_534, 65_534);
    const { exitCode, stderr } = await serve(directory);
    expect([exitCode, readable(stderr)]).toEqual([
      2,
      expect.stringContaining('it must be a directory of the user that serves, with mode 0700'),
    ]);
  });

  // @promise setting: a directory of another user or below /proc, no /proc
  it('a resident refuses a directory below /proc, in words and at once', async () => {
    const { exitCode, stderr } = await serve('/proc/none/resident');
    expect([exitCode, readable(stderr)]).toEqual([
      2,
      expect.stringContaining('Cannot serve from /proc/none/resident'),
    ]);
  });

  // @promise setting: a directory of another user or below /proc, no /proc
  it.skipIf(whyNoMounts !== null)(
    'no resident serves without /proc, and a launcher works alone',
    async () => {
      const resident = await serving();
      const withoutProc = [...ownMounts, 'sh', '-c', 'mount -t tmpfs none /proc; exec "$@"', 'sh'];
      expect(await whoDoes(resident.directory, { wrapper: withoutProc })).toBe(byItself);
      const { exitCode, stderr } = await serve(newDirectory(), withoutProc);
      expect([exitCode, readable(stderr)]).toEqual([2, expect.stringContaining('Mount /proc')]);
      expect(await whoDoes(resident.directory)).toBe('the resident');
    },
  );

  // @promise setting: residents of two builds at once — each serves the launchers of its own build
  it('residents of two builds serve side by side, each the launchers of its own build', async () => {
    const directory = newDirectory();
    const builds = ['0123456789abcdef', 'fedcba9876543210'].map((id) => installBuild(newDirectory(), id));
    const both = await Promise.all(builds.map((program) => serving(directory, [program])));
    for (const program of [builds[0], builds[1], builds[1]])
      expect(await whoDoes(directory, { program: program ?? '' })).toBe('the resident');
    for (const resident of both) resident.signal('SIGTERM');
    await Promise.all(both.map(({ ended }) => ended));
    expect(both.map(({ said }) => /Served \d/.exec(said())?.[0])).toEqual(['Served 1', 'Served 2']);
  });

  // @promise harm: 10,000 lines of garbage for the resident
  it('10,000 requests of garbage, for slots that there are and others, change nothing for the next launcher', async () => {
    const resident = await serving();
    const slots = readdirSync(join(resident.place(), 'slots'));
    const kinds = [
      (at: number) => `call ${slots[at % slots.length]} ${process.pid} 3`,
      (at: number) => `call ${slots[at % slots.length]} ${1 + (at % 50_000)} 1 ${at}`,
      (at: number) => `stop ${slots[at % slots.length]}`,
      (at: number) => `call g${at} 1 99`,
      (at: number) => `call ../../calls/${at} 1 1\u0000\u00ff`,
      (at: number) => (at % 100 === 4 ? 'x'.repeat(100_000) : ''),
    ];
    const garbage = Array.from({ length: 10_000 }, (_, at) => kinds[at % kinds.length]?.(at)).join('\n');
    appendFileSync(requestsOf(resident), `${garbage}\n`, 'latin1');
    expect(await whoDoes(resident.directory)).toBe('the resident');
    expect(resident.said()).not.toContain('Uncaught');
    await vi.waitFor(() => expect(leftOf(resident)).toEqual([spareSlots, []]), 30_000);
  });

  // @promise leftovers: a launcher is killed between claim, request and answer — nothing is left, its slot is made again
  it.each([
    ['before its pump', '  (\n'],
    ['between claim and request', '  ask call '],
    ['between request and answer', '  asked=1\n'],
  ])('a launcher that is killed %s leaves nothing, and its slot is made again', async (_, next) => {
    const resident = await serving();
    const program = launcherWith(next, `  kill -9 $$\n${next}`);
    expect(await launch(resident.directory, { program }).end).toMatchObject({ exitCode: null, stdout: '' });
    await vi.waitFor(() => expect(leftOf(resident)).toEqual([spareSlots, []]), 30_000);
    expect(await whoDoes(resident.directory)).toBe('the resident');
  });

  // @promise setting: the resident is stopped between a launcher's look and its request — it is killed within 30 s, the stage works alone
  it('a launcher whose resident is stopped just before it is asked works alone, once that one is killed', async () => {
    const resident = await serving();
    resident.signal('SIGSTOP');
    const program = launcherWith('in [RSDI])', 'in [RSDIT])');
    expect(await launch(resident.directory, { program }).end).toMatchObject({
      exitCode: 0,
      stdout: 'alone 0\n',
    });
    expect(existsSync(`/proc/${resident.pid}/exe`)).toBe(false);
  }, 90_000);

  // @promise setting: the disk of the resident's directory is full — stages work alone; a resident serves again once there is room
  it.skipIf(whyNoMounts !== null)(
    'stages work alone on a full disk, and are served once there is room',
    async () => {
      const directory = newDirectory();
      const small = `mount -t tmpfs -o size=256k,nr_inodes=400,mode=700 full ${directory} && exec "$0"`;
      const resident = await serving(directory, [...ownMounts, 'sh', '-c', `${small} serve; :`, executable]);
      const wrapper = ['nsenter', '-t', `${resident.pid}`, '-m', '--'];
      expect(await whoDoes(directory, { wrapper })).toBe('the resident');
      const inside = `/proc/${resident.pid}/root${directory}`;
      execFileSync('sh', ['-c', `cat /dev/zero >zeros; i=0; while (: >"file-$i"); do i=$((i+1)); done; :`], {
        cwd: inside,
        stdio: 'ignore',
      });
      expect(await whoDoes(directory, { wrapper })).toBe(byItself);
      execFileSync('sh', ['-c', 'rm -f zeros file-*'], { cwd: inside });
      await vi.waitFor(async () => expect(await whoDoes(directory, { wrapper })).toBe('the resident'), {
        timeout: 40_000,
        interval: 1000,
      });
      resident.signal('SIGTERM');
      expect(await resident.ended).toBe(0);
    },
    90_000,
  );

  it('a launcher with certificates of its own for Node works alone: a resident has read others', async () => {
    const resident = await serving();
    const env = { NODE_EXTRA_CA_CERTS: '/etc/company.pem' };
    expect(await whoDoes(resident.directory, { env })).toBe('alone 0\n');
    expect(resident.said()).toContain('has another NODE_EXTRA_CA_CERTS than the resident');
  });
});
