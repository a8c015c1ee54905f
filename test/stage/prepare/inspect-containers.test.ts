import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Cluster, ExecOptions, ExecResult, Pod } from '../../../src/cluster/cluster.ts';
import { SystemFailure } from '../../../src/outcome/system-failure.ts';
import { startDeadline } from '../../../src/stage/deadline.ts';
import { inspectContainers } from '../../../src/stage/prepare/inspect-containers.ts';
import { answering, fakeCluster } from '../fake-cluster.ts';
import { localShells, runIn } from '../local-shells.ts';
import { ended, podIdentity, podOf } from '../pod-fixture.ts';

const helperSays = [
  'uid_map          0  529072128      65536',
  'gid_map          0  529072128      65536',
  'uid 1000',
  'shell /bin/sh',
  'runner Version:      19.4.0',
  'answered',
  '',
].join('\n');
const buildSays = 'shell /usr/bin/sh\nanswered\n';

type Answer = (request: ExecOptions) => Promise<ExecResult>;

function inspect({
  helper = helperSays,
  build = buildSays,
  mustProve = true,
  pods = [podOf()],
  deadlineSeconds = 60,
  stop = new AbortController(),
  ...answers
}: Partial<Cluster> & {
  helper?: string | Answer;
  build?: string | Answer;
  mustProve?: boolean;
  pods?: (Pod | null)[];
  deadlineSeconds?: number;
  stop?: AbortController;
} = {}) {
  const of = (answer: string | Answer): Answer => (typeof answer === 'string' ? answering(answer) : answer);
  const cluster = fakeCluster({
    exec: (request) => of(request.container === 'helper' ? helper : build)(request),
    getPod: () => Promise.resolve((pods.length > 1 ? pods.shift() : pods[0]) ?? null),
    ...answers,
  });
  const done = inspectContainers({
    cluster,
    pod: podIdentity,
    mustProveUserNamespace: mustProve,
    deadline: startDeadline(deadlineSeconds),
    signal: stop.signal,
  });
  done.catch(() => undefined);
  return { done, cluster };
}

const without = (word: string): string =>
  helperSays
    .split('\n')
    .filter((line) => !line.startsWith(word))
    .join('\n');
const failing =
  (...ends: (ExecResult | string)[]): Answer =>
  (request) => {
    const next = ends.length > 1 ? ends.shift() : ends[0];
    return typeof next === 'string' ? answering(next)(request) : answering('', { end: next! })(request);
  };
const lost: ExecResult = { kind: 'lost', message: 'reset' };

describe('inspectContainers', () => {
  it("reads map, uid, shells and the helper's version, each asked once", async () => {
    const { done, cluster } = inspect();
    expect(await done).toEqual({
      uidMap: '0 529072128 65536',
      uid: '1000',
      runnerVersion: '19.4.0',
      shells: { build: '/usr/bin/sh', helper: '/bin/sh' },
      readsRunnerQuotes: true,
    });
    expect(cluster.calls).toEqual(['exec', 'exec']);
  });

  it("knows a build container whose shell does not read GitLab Runner's quotes", async () => {
    const { done } = inspect({ build: buildSays.replace('answered', 'quotes posix\nanswered') });
    expect(await done).toMatchObject({ readsRunnerQuotes: false });
  });

  it.each(localShells())('tries the quotes in $name', async (shell) => {
    const { done, cluster } = inspect();
    await done;
    const [{ command }] = cluster.of('exec').find(([{ container }]) => container === 'build')!;
    const directory = mkdtempSync(join(tmpdir(), 'shells-'));
    // A launcher, so that a shell of several words can stand at one path.
    writeFileSync(join(directory, 'sh'), `#!/bin/sh\nexec ${shell.argv.join(' ')} "$@"\n`, { mode: 0o755 });
    const [program = '', ...words] = onThisMachine(command);
    const ours = program.replace(
      /in \/usr\/local\/bin\/bash [^;]*;/,
      `in /nowhere ${directory}/sh /bin/bash;`,
    );
    const { stdout } = runIn(shell, ours, { words, env: { PATH: '/usr/bin:/bin' } });
    rmSync(directory, { recursive: true });
    expect(stdout.includes('quotes posix')).toBe(shell.name === 'dash');
  });

  it.each([
    [
      "the host's own map",
      helperSays.replaceAll('529072128      65536', '0 4294967295'),
      '/proc/self/uid_map reads "0  0 4294967295": root in the pod is root on the node.',
    ],
    [
      'a map of one id',
      helperSays.replaceAll('0  529072128      65536', '0 1000 1'),
      ': its ids begin at 1000 on the node, not at a multiple of 65536.',
    ],
    [
      'two lines',
      helperSays.replace('gid_map', 'uid_map 65536 1 1\ngid_map'),
      '; 65536 1 1": it has 2 lines, where the kubelet writes one.',
    ],
    [
      'no map',
      without('uid_map'),
      '/proc/self/uid_map reads "": it has 0 lines, where the kubelet writes one.',
    ],
    [
      'no gid map',
      without('gid_map'),
      '/proc/self/gid_map reads "": it has 0 lines, where the kubelet writes one.',
    ],
    [
      'maps that differ',
      helperSays.replace('gid_map          0  529072128', 'gid_map          0  529137664'),
      'its uid map and gid map differ.',
    ],
    ['hostile words', helperSays.replace('uid_map ', 'uid_map \u001b[2J'), 'reads "?[2J '],
  ])('does not run a job in a pod with %s', async (_, helper, why) => {
    const error = await inspect({ helper }).done.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'SystemFailure', code: 'user-namespace' });
    expect((error as Error).message).toContain(
      "The job's pod has no user namespace of its own, so no job runs in it: ",
    );
    expect((error as Error).message).toContain(why);
  });

  it('takes any map where no proof is asked for', async () => {
    const helper = helperSays.replaceAll('529072128      65536', '0 4294967295');
    expect(await inspect({ helper, mustProve: false }).done).toMatchObject({ uidMap: '0 0 4294967295' });
  });

  it.each([
    ['is missing', 'runner sh: 9: gitlab-runner: not found', ' (it said: sh: 9: gitlab-runner: not found)'],
    [
      'cannot be loaded',
      "runner gitlab-runner: /lib/libc.so.6: version `GLIBC_2.34' not found",
      " (it said: gitlab-runner: /lib/libc.so.6: version `GLIBC_2.34' not found)",
    ],
    ['says nothing', '', ''],
  ])('does not go on when gitlab-runner %s', async (_, line, said) => {
    const helper = helperSays.replace('runner Version:      19.4.0', line);
    await expect(inspect({ helper }).done).rejects.toMatchObject({
      name: 'SystemFailure',
      code: 'helper-incomplete',
      message: `The helper image has no working \`gitlab-runner\`${said}: artifacts and caches would silently be lost. Operators: set \`helper_image\` in the policy to GitLab's gitlab-runner-helper image of the runner's version.`,
    });
  });

  it.each([
    ['none', 'answered\n'],
    ['one that is no path', 'shell sh; evil\nanswered\n'],
    ['one with blanks', 'shell /bin/sh -c evil\nanswered\n'],
  ])('warns the author of an image with a shell like this: %s', async (_, build) => {
    await expect(inspect({ build }).done).rejects.toMatchObject({
      name: 'BuildFailure',
      code: 'image-unusable',
      message:
        'The image of the build container has no shell in /bin, /usr/bin, /usr/local/bin or /busybox. GitLab jobs need one: use an image that has `sh`.',
    });
  });

  it.each([
    ['a connection that breaks', lost],
    [
      'a refusal',
      { kind: 'refused', httpStatus: 500, reason: 'InternalError', message: 'error dialing backend' },
    ],
    ['a container that is not ready yet', { kind: 'exited', code: 97 }],
    ['a success that was made up', { kind: 'exited', code: 0 }],
    ['half an answer with a success', 'shell /usr/bin/sh\n'],
  ] as const)('asks again after %s', async (_, first) => {
    const { done, cluster } = inspect({ build: failing(first, buildSays) });
    expect(await done).toMatchObject({ shells: { build: '/usr/bin/sh' } });
    expect(cluster.of('exec').filter(([{ container }]) => container === 'build')).toHaveLength(2);
  });

  it.each([
    ['is gone', null, 'pod-gone'],
    [
      'was evicted',
      podOf({}, { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory. ' }),
      'pod-evicted',
    ],
    [
      'has a helper that found no user namespace',
      podOf({ helper: ended(71, 'Error', 'gitlab-pod-executor: …') }),
      'user-namespace',
    ],
    ['has a helper that lacks something', podOf({ helper: ended(72) }), 'helper-incomplete'],
  ])('says why when nobody answers because the pod %s', async (_, pod, code) => {
    const { done } = inspect({ helper: failing(lost), build: failing(lost), pods: [pod] });
    await expect(done).rejects.toMatchObject({ code });
  });

  it.each(['build', 'helper'])(
    'gives up at the deadline on a %s container that never answers',
    async (name) => {
      const never: Answer = ({ signal }) =>
        new Promise((resolve) => signal?.addEventListener('abort', () => resolve(lost)));
      const { done } = inspect({ [name]: never, deadlineSeconds: 0.05 });
      await expect(done).rejects.toMatchObject({ name: 'SystemFailure', code: 'not-ready' });
    },
  );

  it('gives up at the deadline, with the last answer', async () => {
    const refused: ExecResult = {
      kind: 'refused',
      httpStatus: 500,
      reason: 'InternalError',
      message: 'error dialing backend\u001b[2J',
    };
    const { done } = inspect({ build: failing(refused), deadlineSeconds: 0 });
    await expect(done).rejects.toMatchObject({
      code: 'not-ready',
      message:
        "The build container runs, but does not respond to exec (error dialing backend?[2J). Retry the job. Operators: can the API server reach this node's kubelet, and is `create` on `pods/exec` granted?",
    });
  });

  it('asks once only where what answers can never carry an exec', async () => {
    const { done } = inspect({
      build: failing({ kind: 'incompatible', message: 'Server sent no subprotocol' }),
      deadlineSeconds: 600,
    });
    await expect(done).rejects.toMatchObject({
      code: 'cluster-refused',
      message: expect.stringContaining('Server sent no subprotocol'),
    });
  });

  it('says which right is missing when exec is refused for good', async () => {
    const refused: ExecResult = {
      kind: 'refused',
      httpStatus: 403,
      reason: 'Forbidden',
      message: 'pods "x" is forbidden',
    };
    const { done } = inspect({ build: failing(refused), deadlineSeconds: 0 });
    await expect(done).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('have `create` and `get` on `pods/exec`'),
    });
  });

  it('asks again when the API server cannot be asked about the pod just now', async () => {
    const away = new SystemFailure('cluster-unreachable', { what: 'Cannot get pod.' });
    const { done } = inspect({
      build: failing(lost, buildSays),
      getPod: () => Promise.reject(away),
    });
    expect(await done).toMatchObject({ shells: { build: '/usr/bin/sh' } });
  });

  it('stops asking the other container when one has no good answer', async () => {
    let ends = 0;
    const forever: Answer = (request) =>
      new Promise((resolve) => {
        request.signal?.addEventListener('abort', () => {
          ends += 1;
          resolve(lost);
        });
      });
    const { done } = inspect({ helper: failing(lost), build: forever, pods: [null] });
    await expect(done).rejects.toMatchObject({ code: 'pod-gone' });
    expect(ends).toBe(1);
  });

  it('ends when asked to', async () => {
    const stop = new AbortController();
    const { done } = inspect({ build: failing(lost), stop });
    stop.abort();
    await expect(done).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('keeps no more of a flood than an answer has', async () => {
    const { done } = inspect({ build: failing('x'.repeat(100_000), buildSays) });
    expect(await done).toMatchObject({ shells: { build: '/usr/bin/sh' } });
  });
});

/** This machine is no container: the file that tells ready is one that it has. */
const onThisMachine = (command: readonly string[]): string[] =>
  command.slice(2).map((word) => word.replace('/.gitlab-pod-executor/ready', '/etc/passwd'));

// Runs inspect-helper.sh, inspect-build.sh and, by way of that, quote-test.sh.
describe.each(localShells())('what is asked, in $name', (shell) => {
  it('a container that is ready answers the inspection', async () => {
    const { done, cluster } = inspect();
    await done;
    for (const [{ container, command }] of cluster.of('exec')) {
      const [program = '', ...words] = onThisMachine(command);
      const { code, stdout } = runIn(shell, program, { words, env: { PATH: '/usr/bin:/bin' } });
      expect(code).toBe(0);
      expect(stdout).toMatch(/^shell \/(usr\/)?bin\/sh$/m);
      expect(stdout.endsWith('\nanswered\n')).toBe(true);
      if (container !== 'helper') continue;
      expect(stdout).toMatch(/^uid_map +\d+ +\d+ +\d+$/m);
      expect(stdout).toMatch(/^gid_map +\d+ +\d+ +\d+$/m);
      expect(stdout).toMatch(/^uid \d+$/m);
      expect(stdout).toMatch(/^runner .*gitlab-runner.*not found$/m);
    }
  });
});
