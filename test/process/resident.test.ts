// Stages that a resident does, and what becomes of them when it ends, is killed or is stopped at any point.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startTestResident, type TestResident } from './a-resident.ts';
import { type Attempt, buildFailure, systemFailure } from './attempt.ts';
import { installBuild } from './install-build.ts';
import { clusterSuite } from './on-cluster.ts';
import { readable } from './readable.ts';

const suite = await clusterSuite('stages that a resident does end as those that work alone');

let residents: TestResident[] = [];
afterEach(async () => {
  await Promise.all(residents.map((each) => each.stop()));
  residents = [];
});

async function serving(...input: Parameters<typeof startTestResident>): Promise<TestResident> {
  const resident = await startTestResident(...input);
  residents.push(resident);
  return resident;
}

const attemptOn = (
  { directory }: Pick<TestResident, 'directory'>,
  wrapper: readonly string[] = [],
): Attempt => suite.attempt({ env: { GITLAB_POD_EXECUTOR_RESIDENT: directory }, wrapper });

/** Once its log is empty, it has done what it was asked, or never was. */
const served = ({ said }: TestResident): string => said().replace(/^Serving in .*\n/, '');

const codeOf = ({ env }: Attempt): string => readFileSync(env['BUILD_EXIT_CODE_FILE'] ?? '', 'utf8');

/** Says where it differs, and not all of it. */
function expectWhole(log: string, expected: string, stderr: string): void {
  let at = 0;
  while (at < expected.length && log[at] === expected[at]) at += 1;
  const near = (text: string): string => text.slice(Math.max(0, at - 20), at + 20);
  expect([log.length, near(log), stderr]).toEqual([expected.length, near(expected), '']);
}

/** Takes the first bytes of a script's log, and no more. */
const stuckReader = [
  'sh',
  '-c',
  '[ "$2" = run ] || exec "$@"; mkfifo log; (head -c 1 >seen; exec sleep 1000) <log >/dev/null 2>&1 & exec "$@" >log',
  'gitlab-runner',
];

const ownMounts = ['unshare', '--mount', '--propagation', 'private'];
const whyNoMounts = (() => {
  const { status, stderr } = spawnSync('env', [...ownMounts, 'mount', '-t', 'tmpfs', 'none', '/mnt']);
  return status === 0 ? null : stderr.toString();
})();

/** Is the launcher still the shell that asked, and no Node? */
const isWaiting = ({ pid }: { readonly pid: number }): boolean =>
  /^(\/bin\/)?(ba|da)?sh\0|^busybox\0/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));

/** As docs/operator-guide.md says to upgrade. */
function installBehindLink(link: string, buildId: string): void {
  installBuild(`${link}-${buildId}`, buildId);
  symlinkSync(`${link}-${buildId}`, `${link}.new`);
  renameSync(`${link}.new`, link);
}

async function cleanUp(attempt: Attempt): Promise<void> {
  expect(await attempt.call('cleanup')).toMatchObject({ exitCode: 0 });
  await expectNothingLeft(attempt);
}

async function expectNothingLeft(attempt: Attempt): Promise<void> {
  await vi.waitFor(async () => expect(await suite.leftovers(attempt)).toEqual([]), { timeout: 30_000 });
}

const shells = [
  ['dash', ['dash']],
  ['bash', ['bash', '--posix']],
  ['plain bash', ['bash']],
  ['busybox', ['busybox', 'sh']],
] as const;

/** Counted lines, 100 at a time, and its own start noted where a second one would be seen. */
const counted = (from: number, to: number): string => `seq ${from} ${to}`;
const linesOf = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `${from + index}\n`).join('');
const startedOnce = (name: string): string =>
  `echo x >>/tmp/${name}; [ "$(wc -l </tmp/${name})" = 1 ] || exit 99`;

/** The log says so, and milliseconds pass. */
const pointsOfKill = [
  ['before the upload', '', 0],
  ['soon after it', '', 60],
  ['while it starts', '', 150],
  ['in the flood', 'x\n', 0],
  ['in silence', 'silence\n', 300],
  ['at its end', '300000\n', 0],
  ['just after its end', '300000\n', 15],
] as const;

describe.skipIf(suite.reason)('a resident', () => {
  // @promise log: the resident is killed in mid-script — its launcher goes on alone from the byte where the log stands
  it.each(shells)(
    'a resident does all stages of a job, passes a cancel on, and may be killed (%s)',
    async (_, shell) => {
      const resident = await serving();
      const attempt = attemptOn(resident, shell);
      await attempt.prepare();
      const stage = attempt.startScript('echo one; sleep 0.3; echo two >&2; exit 7');
      await stage.says(/one/);
      expect(isWaiting(stage)).toBe(true);
      const { exitCode, stdout, stderr } = await stage.end;
      expect([exitCode, stdout, stderr, codeOf(attempt)]).toEqual([buildFailure, 'one\ntwo\n', '', '7\n']);
      expect(await attempt.script('cat', 'after_script')).toMatchObject({ exitCode: 0, code: '99\n' });

      const canceled = attempt.startScript(
        'trap "echo told; exit 0" TERM; echo started; while :; do sleep 0.1; done',
        'step_canceled',
      );
      await canceled.says(/started/);
      canceled.signal('SIGTERM');
      const end = await canceled.end;
      expect([end.exitCode, end.stdout]).toEqual([systemFailure, expect.stringContaining('told\n')]);
      expect(readable(end.stderr)).toContain('GitLab Runner ended the script');
      expect(await suite.pods(attempt)).toHaveLength(1);
      expect(served(resident)).toBe('');

      const killed = attempt.startScript(
        `${startedOnce('once')}; ${counted(1, 50_000)}; sleep 0.7; ${counted(50_001, 60_000)}; exit 7`,
        'step_killed',
      );
      await killed.says(/\n40000\n/);
      resident.signal('SIGKILL');
      const last = await killed.end;
      expectWhole(last.stdout, linesOf(1, 60_000), last.stderr);
      expect([last.exitCode, last.stderr, codeOf(attempt)]).toEqual([buildFailure, '', '7\n']);
      await cleanUp(attempt);
    },
  );

  // @promise log: the resident is killed in mid-script
  it('a resident that is killed at any point of a script costs no byte and no second start', async () => {
    let resident = await serving();
    const attempt = attemptOn(resident);
    await attempt.prepare();
    for (const [index, [point, sign, delay]] of pointsOfKill.entries()) {
      const stage = attempt.startScript(
        `${startedOnce(`starts-${index}`)}; echo x; echo silence; sleep 0.5; ${counted(1, 300_000)}; exit 3`,
        `step_${index}`,
      );
      if (sign !== '') await stage.says(new RegExp(`(^|\n)${sign}`));
      await new Promise((resolve) => setTimeout(resolve, delay));
      resident.signal('SIGKILL');
      await resident.ended;
      resident = await serving(resident.directory);
      const { exitCode, stdout, stderr } = await stage.end;
      expectWhole(stdout, `x\nsilence\n${linesOf(1, 300_000)}`, stderr);
      expect(exitCode, point).toBe(buildFailure);
    }
    await cleanUp(attempt);
    expect(served(resident)).toBe('');
  });

  // @promise log: the resident is killed in mid-script, and started again within five seconds — the next one follows the script on, and no Node starts
  it('a script of a resident that was killed goes on in the next one, twice, and then alone', {
    timeout: 120_000,
  }, async () => {
    let resident = await serving();
    const stub = join(resident.directory, '../alone');
    writeFileSync(stub, '#!/bin/sh\necho "alone from $GITLAB_POD_EXECUTOR_DELIVERED"; exit 5\n', {
      mode: 0o755,
    });
    const attempt = suite.attempt({
      env: { GITLAB_POD_EXECUTOR_RESIDENT: resident.directory, GITLAB_POD_EXECUTOR_NODE: stub },
    });
    await attempt.prepare();
    const stage = attempt.startScript(
      `${startedOnce('once')}; ${counted(1, 1000)}; sleep 2; ${counted(1001, 2000)}; sleep 2; ${counted(2001, 3000)}; sleep 1000`,
    );
    for (const at of [1, 2, 3]) {
      await stage.says(new RegExp(`\n${at}000\n`));
      // However long the next one takes to start here.
      stage.signal('SIGSTOP');
      resident.signal('SIGKILL');
      await resident.ended;
      resident = await serving(resident.directory);
      stage.signal('SIGCONT');
    }
    const whole = linesOf(1, 3000);
    expect(await stage.end).toMatchObject({ exitCode: 5, stdout: `${whole}alone from ${whole.length}\n` });
  });

  // @promise log: the resident is replaced by another one in mid-script — the script goes on, the next stage is the new one's
  it('a resident that is asked to end hands its scripts over, and another one serves the next stage', async () => {
    const resident = await serving();
    const attempt = attemptOn(resident);
    await attempt.prepare();
    const stage = attempt.startScript(
      `${startedOnce('once')}; ${counted(1, 1000)}; sleep 1; ${counted(1001, 2000)}`,
    );
    await stage.says(/\n1000\n/);
    resident.signal('SIGTERM');
    expect(await resident.ended).toBe(0);
    const second = await serving(resident.directory);
    expect(await stage.end).toMatchObject({ exitCode: 0, stdout: linesOf(1, 2000) });
    const after = attempt.startScript('echo more; sleep 1', 'after_script');
    await after.says(/more/);
    expect(isWaiting(after)).toBe(true);
    expect(await after.end).toMatchObject({ exitCode: 0 });
    await cleanUp(attempt);
    expect(served(second)).toBe('');
  });

  // @promise log: a new version is installed, and the unit restarted, under running scripts — they go on, the next stage is the new one's
  it('an upgrade under running scripts changes neither their logs nor their results, served or alone', async () => {
    const app = join(mkdtempSync(join(suite.cluster().directory, 'app-')), 'app');
    installBehindLink(app, '0123456789abcdef');
    const program = join(app, 'gitlab-pod-executor');
    const old = await serving(undefined, [program]);
    const attempts = [old.directory, old.directory, old.directory, '/no/such/directory'].map((directory) =>
      suite.attempt({
        env: { GITLAB_POD_EXECUTOR_RESIDENT: directory, GITLAB_POD_EXECUTOR_NODE: process.execPath },
        wrapper: ['sh', '-c', `exec ${program} "$@"`],
      }),
    );
    await Promise.all(attempts.map((attempt) => attempt.prepare()));
    const stages = attempts.map((attempt, index) =>
      attempt.startScript(
        `${startedOnce('once')}; ${counted(1, 10_000)}; sleep 1.5; ${counted(10_001, 20_000)}; exit ${index}`,
      ),
    );
    await Promise.all(stages.map((stage) => stage.says(/\n10000\n/)));
    installBehindLink(app, 'fedcba9876543210');
    old.signal('SIGTERM');
    // As systemd does with a unit that takes its time.
    old.signal('SIGKILL');
    await old.ended;
    const fresh = await serving(old.directory, [program]);
    for (const [index, { exitCode, stdout, stderr }] of (
      await Promise.all(stages.map(({ end }) => end))
    ).entries()) {
      expectWhole(stdout, linesOf(1, 20_000), stderr);
      expect(exitCode).toBe(index === 0 ? 0 : buildFailure);
    }
    const [attempt] = attempts;
    const next = attempt?.startScript('echo more; sleep 0.5', 'after_script');
    await next?.says(/more/);
    expect(next && isWaiting(next)).toBe(true);
    expect(await next?.end).toMatchObject({ exitCode: 0 });
    await Promise.all(attempts.map(cleanUp));
    expect(served(fresh)).toBe('');
  });

  // @promise once: the resident is killed in mid-prepare — one pod, and the job goes on
  it('a resident that is killed in mid-prepare leaves one pod, and the job goes on', async () => {
    const resident = await serving();
    const attempt = attemptOn(resident);
    const stage = attempt.start('prepare');
    await vi.waitFor(async () => expect(await suite.pods(attempt)).toHaveLength(1), { timeout: 30_000 });
    resident.signal('SIGKILL');
    expect(await stage.end).toMatchObject({ exitCode: 0 });
    expect(await suite.pods(attempt)).toHaveLength(1);
    expect(await attempt.script('echo one')).toMatchObject({ exitCode: 0, stdout: 'one\n' });
    await cleanUp(attempt);
  });

  it('a second cancel ends a script that ignores the first one, with its pod, also where nobody reads on', async () => {
    const resident = await serving();
    const attempt = attemptOn(resident, stuckReader);
    await attempt.prepare();
    const stage = attempt.startScript('trap "" TERM; while :; do head -c 1000000 /dev/zero; done');
    await vi.waitFor(() => expect(readFileSync(join(attempt.directory, 'seen'))).toHaveLength(1), 30_000);
    expect(isWaiting(stage)).toBe(true);
    const telling = setInterval(() => stage.signal('SIGTERM'), 100);
    expect(await stage.end).toMatchObject({ exitCode: systemFailure });
    clearInterval(telling);
    // The reader.
    process.kill(-stage.pid, 'SIGKILL');
    await expectNothingLeft(attempt);
    expect(served(resident)).toBe('');
  });

  // @promise log: the process that carries a log is killed after the script's end — no success without the whole log
  it('a log of which a killed pump took the last bytes along is no success', async () => {
    const resident = await serving();
    const attempt = attemptOn(resident, stuckReader);
    await attempt.prepare();
    const stage = attempt.startScript('head -c 150000 /dev/zero');
    const calls = join(resident.place(), 'calls');
    const answered = (): boolean => {
      const slot = readdirSync(calls).find((name) => /^\w+$/.test(name) && holds(name, stage.pid));
      return slot !== undefined && existsSync(join(calls, `${slot}.code`));
    };
    const holds = (slot: string, pid: number): boolean =>
      readFileSync(join(calls, slot), 'utf8') === `${pid}\n`;
    await vi.waitFor(() => expect(answered()).toBe(true), 30_000);
    const children = readFileSync(`/proc/${stage.pid}/task/${stage.pid}/children`, 'utf8').trim().split(' ');
    const pump = children.find((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'dd\n');
    process.kill(Number(pump), 'SIGKILL');
    expect(await stage.end).toMatchObject({
      exitCode: systemFailure,
      stderr: expect.stringContaining('The dd that carried the script') as unknown,
    });
    process.kill(-stage.pid, 'SIGKILL');
    await cleanUp(attempt);
  });

  it.each([
    ['its launcher', []],
    ['its GitLab Runner', ['sh', '-c', '"$@" & wait $!', 'gitlab-runner']],
  ])('a script takes its pod with it when %s is killed', async (_, wrapper) => {
    const attempt = attemptOn(await serving(), wrapper);
    await attempt.prepare();
    const stage = attempt.startScript('echo started; sleep 1000');
    await stage.says(/started/);
    stage.signal('SIGKILL');
    await stage.end;
    await expectNothingLeft(attempt);
  });

  it('a script takes its pod with it when nobody reads its log', async () => {
    const attempt = attemptOn(await serving());
    await attempt.prepare();
    const stage = attempt.startScript('while :; do echo tick; sleep 0.1; done');
    await stage.says(/tick/);
    stage.closeOutput();
    expect(await stage.end).toMatchObject({ exitCode: systemFailure });
    await expectNothingLeft(attempt);
  });

  // @promise setting: a resident that is stopped, or has other files than the runner — the stage works alone
  it('a resident is not asked for what it would do otherwise: it is stopped, a person asks, the files are others', async () => {
    const resident = await serving();
    const attempt = attemptOn(resident);
    await attempt.prepare();
    const help = await attempt.call('cleanup', '--help');
    expect(help).toMatchObject({ exitCode: 0, stderr: '' });
    expect(help.stdout).toContain('Usage:');
    expect(served(resident)).toBe('');
    if (whyNoMounts !== null) console.warn(`SKIPPED: a stage with files of its own: ${whyNoMounts}`);
    else {
      // As a unit with PrivateTmp= has; without the job's file there it fails, alone.
      const apart = attemptOn(resident, [
        ...ownMounts,
        'sh',
        '-c',
        'mount -t tmpfs none /mnt && cp -a "$TMPDIR/." /mnt && mount --bind /mnt "$TMPDIR" && exec "$@"',
        'sh',
      ]);
      expect(await apart.call('cleanup')).toMatchObject({ exitCode: 0 });
      expect(served(resident)).toMatch(/^A launcher works alone: \S+ is another file for process \d+\.\n$/);
    }
    resident.signal('SIGSTOP');
    expect(await attempt.script('echo alone')).toMatchObject({ exitCode: 0, stdout: 'alone\n' });
    await cleanUp(attempt);
  });
});
