// Exec as clients see it on the wire, and what becomes of the process behind it.
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callApi } from './client/call-api.ts';
import { createPod, readyPod } from './client/pods.ts';
import { type ExecOptions, firstOutput, openExec, runExec } from './client/run-exec.ts';
import { describeWithSandbox } from './client/sandboxed.ts';
import { isOver, untilPod } from './client/watch-pod.ts';
import { type EmbeddedCluster, startEmbeddedCluster } from './start-embedded-cluster.ts';

const describe = await describeWithSandbox();
const target = { pod: 'p', container: 'main' };
const megabyte = 1024 * 1024;

describe('exec', () => {
  let cluster: EmbeddedCluster;
  beforeAll(async () => {
    cluster = await startEmbeddedCluster();
    await readyPod(cluster, 'p', {
      containers: [
        { name: 'main', workingDir: '/tmp', env: [{ name: 'GREETING', value: 'hello' }] },
        { name: 'done', command: ['true'] },
      ],
    }).catch(() => undefined);
    await untilPod(cluster, 'p', ({ status }) => status.containerStatuses?.[1]?.ready === true);
  });
  afterAll(() => cluster.stop());

  const sh = (script: string, options: Partial<ExecOptions> = {}) =>
    runExec(cluster, { ...target, ...options }, ['sh', '-c', script]);

  it('runs in the container, as its user, in its directory, with its environment', async () => {
    const { stdout, code } = await sh('id -u; pwd; echo $GREETING $HOME');

    expect(stdout).toBe('1000\n/tmp\nhello /\n');
    expect(code).toBe(0);
  });

  it.each([
    ['exit 0', 0],
    ['exit 3', 3],
    ['exit 255', 255],
    ['kill -9 $$', 137],
    ['kill -TERM $$', 143],
  ])('reports `%s` as %i', async (script, expected) => {
    const { code, closeCode } = await sh(script);

    expect(code).toBe(expected);
    expect(closeCode).toBe(1000);
  });

  it('keeps stdout and stderr apart, and both can be opened by name', async () => {
    const { stdout, stderr } = await sh(
      'echo out; echo err >&2; echo out2 >/dev/stdout; echo err2 >/dev/stderr',
    );

    expect(stdout).toBe('out\nout2\n');
    expect(stderr).toBe('err\nerr2\n');
  });

  it('ends stdin with the close frame of v5', async () => {
    expect((await sh('cat; echo over', { stdin: 'in\n' })).stdout).toBe('in\nover\n');
  });

  it.each([0, 1, 65_536, 1_000_003])('takes %i bytes of stdin to their end', async (size) => {
    expect((await sh('wc -c', { stdin: Buffer.alloc(size) })).stdout.trim()).toBe(String(size));
  });

  it('has no end of stdin in v4', async () => {
    const { stdout, status } = await sh('head -c 3; echo', { stdin: 'abc', protocol: 'v4.channel.k8s.io' });

    expect(stdout).toBe('abc\n');
    expect(status).toEqual({ status: 'Success' });
  });

  it('carries 32 MB each way unchanged', async () => {
    const sent = randomBytes(32 * megabyte);
    const { socket, result } = await openExec(cluster, { ...target, protocol: 'v4.channel.k8s.io' }, [
      'sh',
      '-c',
      `head -c ${sent.length} | tee /dev/stderr | sha256sum`,
    ]);
    for (let at = 0; at < sent.length; at += 60_000)
      socket.send(Buffer.concat([Buffer.from([0]), sent.subarray(at, at + 60_000)]));
    const echo = createHash('sha256');
    socket.on('message', (data: Buffer) => {
      if (data[0] === 2) echo.update(data.subarray(1));
    });
    const expected = createHash('sha256').update(sent).digest('hex');

    expect((await result).stdout).toContain(expected);
    expect(echo.digest('hex')).toBe(expected);
  });

  it('holds a process back while the client does not read', async () => {
    const { socket } = await openExec(cluster, target, [
      'sh',
      '-c',
      'head -c 300000000 /dev/zero; echo done >/tmp/flood',
    ]);
    socket.pause();
    await new Promise((later) => setTimeout(later, 500));

    expect((await sh('cat /tmp/flood')).code).toBe(1);
    socket.resume();
    await new Promise((closed) => socket.on('close', closed));
    expect((await sh('cat /tmp/flood')).stdout).toBe('done\n');
  });

  it('leaves the process alone when the client goes: it lives on, blocked on output that nobody reads', async () => {
    const { socket } = await openExec(cluster, target, [
      'sh',
      '-c',
      'trap "" PIPE; while :; do echo abandoned; sleep 0.01; done',
    ]);
    await firstOutput(socket);
    socket.terminate();
    const alive = async () =>
      (await sh('grep -l abandoned /proc/[0-9]*/cmdline 2>/dev/null | grep -v self | wc -l')).stdout.trim();

    expect(Number(await alive())).toBeGreaterThanOrEqual(1);
    await sh('kill -9 -1');
    expect((await sh('echo fine')).stdout).toBe('fine\n');
  });

  it('makes every process the leader of its own session and group', async () => {
    const { stdout } = await sh(
      'read -r pid _ _ _ group session _ </proc/self/stat; echo "$pid $group $session"',
    );
    const [pid, group, session] = stdout.trim().split(' ');

    expect([group, session]).toEqual([pid, pid]);
  });

  it('passes on what a program says first at once, even when it begins like a complaint of the runtime', async () => {
    const open = await openExec(cluster, target, ['sh', '-c', 'echo "setsid: hello" >&2; sleep 100']);
    await firstOutput(open.socket);
    open.socket.terminate();
  });

  it('waits for whoever still holds the output', async () => {
    const { stdout } = await sh('(sleep 0.5; echo late) & echo soon');

    expect(stdout).toBe('soon\nlate\n');
  });

  it.each([
    ['nosuch', 'executable file not found in $PATH'],
    ['/no/such', 'no such file or directory'],
    ['/etc/passwd', 'permission denied'],
  ])('says why %s does not start, in the status', async (program, words) => {
    const { status, code, stderr } = await runExec(cluster, target, [program]);

    expect(status).toMatchObject({ status: 'Failure', reason: 'InternalError' });
    expect(status?.message).toContain(words);
    expect(code).toBeNull();
    expect(stderr).toBe('');
  });

  it.each([
    ['no pod', { pod: 'nobody', container: 'main' }, '404', 'pods \\"nobody\\" not found'],
    ['no container', { pod: 'p', container: 'zz' }, '400', 'container zz is not valid for pod p'],
    ['a container that has ended', { pod: 'p', container: 'done' }, '500', 'container not found ("done")'],
  ])('an exec is refused before the upgrade for %s', async (_what, where, status, words) => {
    const refused = runExec(cluster, where, ['true']);

    await expect(refused).rejects.toThrow(new RegExp(`^${status} `));
    await expect(refused).rejects.toThrow(words);
  });

  it('ends with 137 when its container dies', async () => {
    await createPod(cluster, 'short');
    await untilPod(cluster, 'short', ({ status }) => status.phase === 'Running');
    const { socket, result } = await openExec(cluster, { pod: 'short', container: 'main' }, [
      'sh',
      '-c',
      'echo up; sleep 100',
    ]);
    await firstOutput(socket);
    await cluster.faults.oomKill({ pod: 'short', container: 'main' });

    expect((await result).code).toBe(137);
    const pod = await untilPod(cluster, 'short', isOver);
    expect(pod.status.containerStatuses?.[0]?.state).toMatchObject({
      terminated: { reason: 'OOMKilled', exitCode: 137 },
    });
  });

  it('runs out of session keyrings when nearly 200 execs are left behind in a container', async () => {
    await createPod(cluster, 'crowded');
    await untilPod(cluster, 'crowded', ({ status }) => status.phase === 'Running');
    const crowded = { pod: 'crowded', container: 'main' };
    for (let opened = 0; opened < 197; opened += 1) {
      const { socket } = await openExec(cluster, crowded, ['sleep', '1000']);
      socket.terminate();
    }
    const { status } = await runExec(cluster, crowded, ['true']);

    expect(status?.message).toContain('disk quota exceeded');
    await callApi(cluster, 'DELETE', 'pods/crowded?gracePeriodSeconds=0');
  });
});

describe('an old API server', () => {
  it('an old API server speaks v4 only', async () => {
    const cluster = await startEmbeddedCluster({ execProtocols: ['v4.channel.k8s.io'] });
    try {
      await readyPod(cluster, 'p');
      await expect(runExec(cluster, target, ['true'])).rejects.toThrow(/^403/);
      expect((await runExec(cluster, { ...target, protocol: 'v4.channel.k8s.io' }, ['true'])).code).toBe(0);
    } finally {
      await cluster.stop();
    }
  });
});
