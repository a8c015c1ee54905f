// Disks that take no more: the runner's own, and those of the pod.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { executable } from '../cluster/cluster-under-test.ts';
import { startTestResident } from './a-resident.ts';
import { type Attempt, buildFailure, systemFailure } from './attempt.ts';
import { clusterSuite } from './on-cluster.ts';
import { readable } from './readable.ts';
import { type StageEnd, startStage } from './stage-call.ts';

const suite = await clusterSuite('full disks are named as such');
/** A disk can take no more bytes, and still name files; or neither. */
type Fill = 'bytes' | 'bytes and files';

/** Puts a small disk in the place of TMPDIR, with all that the runner wrote there, fills it, and goes on. */
const onFullDisk = (fill: Fill): string =>
  [
    'set -e',
    'rm -f "$BUILD_EXIT_CODE_FILE"',
    'mkdir "$TMPDIR.full"',
    'mount -t tmpfs -o size=1m,nr_inodes=100 full "$TMPDIR.full"',
    'cp -a "$TMPDIR/." "$TMPDIR.full"',
    'cat /dev/zero >"$TMPDIR.full/zeros" 2>/dev/null || true',
    fill === 'bytes' ? '' : 'i=0; while (: >"$TMPDIR.full/file-$i") 2>/dev/null; do i=$((i+1)); done',
    'mount --move "$TMPDIR.full" "$TMPDIR"',
    'cd "$TMPDIR"',
    '"$@" || code=$?',
    'if [ -e "$BUILD_EXIT_CODE_FILE" ]; then echo "the code file is there" >&2; fi',
    'exit ${code:-0}',
  ].join('\n');
const privateMounts = ['--mount', '--propagation', 'private'];

const noMounts = whyNoMounts();
if (noMounts) console.warn(`SKIPPED: the full disk of a runner is not shown; ${noMounts}`);

function callOnFullDisk(
  { directory, env }: Attempt,
  words: readonly string[],
  fill: Fill = 'bytes and files',
): Promise<StageEnd> {
  const shell = ['sh', '-c', onFullDisk(fill), 'gitlab-runner'];
  const argv = ['unshare', ...privateMounts, ...shell, executable, ...words];
  return startStage({ argv, cwd: directory, env }).end;
}

function whyNoMounts(): string | null {
  try {
    execFileSync('unshare', [...privateMounts, 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'pipe' });
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

async function cleanUp(attempt: Attempt): Promise<void> {
  expect(await attempt.call('cleanup')).toMatchObject({ exitCode: 0 });
  await vi.waitFor(async () => expect(await suite.leftovers(attempt)).toEqual([]), { timeout: 30_000 });
}

const lastLine = ({ stderr }: StageEnd): string | undefined => readable(stderr).split('\n').slice(-2)[0];

describe.skipIf(suite.reason ?? noMounts)("a full disk of the runner's machine", () => {
  it("prepare names the runner's full disk, and leaves no pod", async () => {
    const attempt = suite.attempt();
    const ended = await callOnFullDisk(attempt, ['prepare']);

    expect(ended.exitCode).toBe(systemFailure);
    expect(lastLine(ended)).toMatch(
      /^<red>ERROR: Cannot write \S+\/gitlab-pod-executor\.json: ENOSPC: no space left on device, open '\S+'\. Operators: the disk of the runner's machine is full: make room\.<\/>$/,
    );
    await vi.waitFor(async () => expect(await suite.leftovers(attempt)).toEqual([]), { timeout: 30_000 });
  });

  it("run names the runner's full disk before user code starts", async () => {
    const attempt = suite.attempt();
    await attempt.prepare();
    const script = join(attempt.directory, 'script');
    writeFileSync(script, 'echo never');
    const ended = await callOnFullDisk(attempt, ['run', script, 'build_script']);

    expect(ended).toMatchObject({ exitCode: systemFailure, stdout: '' });
    expect(lastLine(ended)).toMatch(
      /^<red>ERROR: Cannot write \S+\/gitlab-pod-executor\.user-code: ENOSPC: .*\. Operators: the disk of the runner's machine is full: make room\.<\/>$/,
    );
    await cleanUp(attempt);
  });

  it('a full disk of the runner turns no exit code into another: the author gets 1, and the reason', async () => {
    const attempt = suite.attempt();
    await attempt.prepare();
    const script = join(attempt.directory, 'script');
    writeFileSync(script, 'exit 42');
    const ended = await callOnFullDisk(attempt, ['run', script, 'get_sources'], 'bytes');

    expect(ended).toMatchObject({ exitCode: buildFailure, stdout: '' });
    // The second line is the shell's, were there a file: GitLab Runner takes an empty one for a failure of the system.
    expect(ended.stderr).toMatch(
      /^Cannot write BUILD_EXIT_CODE_FILE: ENOSPC: no space left on device, write\. GitLab will show exit code 1\.\n$/,
    );
    await cleanUp(attempt);
  });

  it('a full disk of the runner stops no cleanup', async () => {
    const attempt = suite.attempt();
    await attempt.prepare();
    expect(await callOnFullDisk(attempt, ['cleanup'])).toMatchObject({ exitCode: 0, stderr: '' });
    await vi.waitFor(async () => expect(await suite.leftovers(attempt)).toEqual([]), { timeout: 30_000 });
  });
});

describe.skipIf(suite.reason ?? noMounts)('a full disk below a resident', () => {
  // @promise setting: the disk of the resident's directory is full
  it('a script that ends while its answer cannot be written is a system failure that says where to make room', async () => {
    const place = mkdtempSync(join(suite.cluster().directory, 'resident-'));
    const mount = `mount -t tmpfs -o size=256k,nr_inodes=400,mode=700 full ${place} && exec "$0" serve`;
    const resident = await startTestResident(place, [
      'unshare',
      ...privateMounts,
      ...['sh', '-c', mount, executable],
    ]);
    const attempt = suite.attempt({
      env: { GITLAB_POD_EXECUTOR_RESIDENT: place },
      wrapper: ['nsenter', '-t', `${resident.pid}`, '-m', '-w', '--'],
    });
    await attempt.prepare();
    const stage = attempt.startScript('echo one; sleep 6; echo two; exit 7');
    await stage.says(/one/);
    const inside = `/proc/${resident.pid}/root${place}`;
    // What prepare left is removed, which would make room again.
    const calls = join(inside, readdirSync(inside)[0] ?? '', 'calls');
    await vi.waitFor(() => expect(readdirSync(calls)).toHaveLength(2), { timeout: 20_000 });
    execFileSync('sh', ['-c', 'cat /dev/zero >zeros || :'], { cwd: inside, stdio: 'ignore' });

    const { exitCode, stdout, stderr } = await stage.end;
    expect([exitCode, stdout]).toEqual([systemFailure, 'one\ntwo\n']);
    expect(readable(stderr)).toContain(
      "Operators: the number is written into the resident's directory (GITLAB_POD_EXECUTOR_RESIDENT): make room there.",
    );
    await cleanUp(attempt);
    await resident.stop();
  });
});

/** The workspace's emptyDir. */
const workspace = (emptyDir: Readonly<Record<string, string>>) => ({
  pod_template: { spec: { volumes: [{ name: 'workspace', emptyDir }] } },
});

describe.skipIf(suite.reason)('a full disk of the pod', () => {
  it('a full disk of the pod fails the script with its own code, and the next script runs', async () => {
    const attempt = suite.attempt({ policy: workspace({ medium: 'Memory', sizeLimit: '4Mi' }) });
    await attempt.prepare();
    const filling = await attempt.script('cat /dev/zero >/builds/zeros || exit 7');
    expect(filling).toMatchObject({ exitCode: buildFailure, code: '7\n' });
    expect(filling.stdout).toMatch(/No space left on device/);
    expect(await attempt.script('rm /builds/zeros; echo next', 'after_script')).toMatchObject({
      exitCode: 0,
      stdout: 'next\n',
    });
    await cleanUp(attempt);
  });

  it("a pod that is ended for its full disk is the job's fault, in words", async () => {
    const attempt = suite.attempt({ policy: workspace({ sizeLimit: '4Mi' }) });
    await attempt.prepare();
    const filling = await attempt.script('head -c 8388608 /dev/zero >/builds/zeros; sleep 1000');

    expect(filling).toMatchObject({ exitCode: buildFailure, code: '1\n', stdout: '' });
    expect(readable(filling.stderr)).toBe(
      '<red>ERROR: The job wrote more to disk than it may, and the cluster ended its pod: Usage of EmptyDir volume "workspace" exceeds the limit "4Mi". ' +
        "Write less, or ask the runner's operator for a higher limit.</>\n",
    );
    await cleanUp(attempt);
  });
});
