import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Cluster, ExecOptions, ExecResult } from '../../src/cluster/cluster.ts';
import { BuildFailure } from '../../src/outcome/build-failure.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import { runScript } from '../../src/stream/run-script.ts';
import type { ScriptRun } from '../../src/stream/script-run.ts';
import { runningPod, type Sandbox, startSandbox, whyNoSandbox } from './sandbox-cluster.ts';

const reason = whyNoSandbox();
if (reason) console.warn(`SKIPPED: the stream's tests need a sandbox; ${reason}`);

let sandbox: Sandbox;
vi.setConfig({ testTimeout: 30_000 });
afterEach(async () => sandbox.close());

async function run(
  script: string,
  given: Partial<ScriptRun> & { tools?: Parameters<typeof startSandbox>[0] } = {},
) {
  const { tools, ...changes } = given;
  sandbox = current ?? (await startSandbox(tools));
  current = null;
  const chunks: Buffer[] = [];
  const told: string[] = [];
  const outcome = await runScript({
    cluster: sandbox.cluster,
    pod: { name: 'job-1', uid: 'uid-1' },
    container: 'build',
    shell: '/bin/sh',
    environment: [],
    prologue: null,
    directory: `${sandbox.control}/run-${randomBytes(8).toString('hex')}`,
    script: Buffer.from(script),
    delivered: 0,
    log: (chunk) => {
      chunks.push(Buffer.from(chunk));
      return undefined;
    },
    warn: (line) => told.push(line),
    timeouts: { reconnect: 5, stopGrace: 1 },
    logLimit: 1e9,
    signal: new AbortController().signal,
    died: new AbortController().signal,
    ...changes,
  }).then(
    ({ exitCode, oomKills }) => ({ code: exitCode, oomKills, error: undefined }),
    (error: unknown) => ({ code: undefined, oomKills: undefined, error }),
  );
  return { ...outcome, log: Buffer.concat(chunks), told };
}

let current: Sandbox | null = null;
/** A sandbox made ahead, so that a test can plan its cuts. */
async function plan(...cuts: Sandbox['cuts']): Promise<Sandbox> {
  current = await startSandbox();
  current.cuts.push(...cuts);
  return current;
}

/** What was killed may take a moment to be gone. */
const nothingRuns = (): Promise<void> =>
  vi.waitFor(() => expect(sandbox.processes()).toEqual([]), { timeout: 10_000 });

const shells = [
  ['dash', '/bin/dash', 'host'],
  ['bash', '/bin/bash', 'host'],
  ['busybox', '/usr/bin/busybox', 'busybox'],
] as const;

/** What opens, reads or waits otherwise than a file does; each is made at a path that is free. */
const traps: Readonly<Record<string, (path: string) => string>> = {
  'a FIFO': (path) => `mkfifo ${path}`,
  'a socket': (path) =>
    `perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0) and bind(S, sockaddr_un($ARGV[0])) or die' ${path}`,
  'a directory': (path) => `mkdir ${path}`,
  'a link to a device': (path) => `ln -s /dev/zero ${path}`,
  'a link to a terminal': (path) => `ln -s /dev/tty ${path}`,
  'a file without an end': (path) => `truncate -s 1T ${path}`,
};

describe.skipIf(reason)('runScript', () => {
  // @promise setting: an image without `tail`, `setsid` or `sha256sum`; dash, bash, busybox
  it.each(shells)('returns the code and every byte under %s', async (name, shell, tools) => {
    const wrapped = name === 'busybox' ? 'sh' : shell;
    const result = await run('printf "one\\ntwo"; printf "err\\n" >&2; exit 42', { shell: wrapped, tools });
    expect(result).toMatchObject({ code: 42, error: undefined });
    expect(result.log.toString()).toBe('one\ntwoerr\n');
  });

  // @promise log: binary output, a line of 16 MiB, no final newline — unchanged
  it('delivers binary output and a line of 16 MiB unchanged', async () => {
    const result = await run('head -c 16777216 /dev/zero | tr "\\0" x; printf "\\377\\000\\001"');
    expect(result.code).toBe(0);
    expect(result.log.length).toBe(16_777_219);
    expect([...result.log.subarray(-4)]).toEqual([0x78, 255, 0, 1]);
  });

  // @promise log: a cut between the output and the status — log byte-identical, exit code true
  it.each([
    ['before the first byte', { afterStdoutBytes: 0 }],
    ['inside a character', { afterStdoutBytes: 7 }],
    ['between output and status', { beforeStatus: true }],
    [
      'with a Success that the runtime made up',
      { afterMilliseconds: 300, end: { kind: 'exited', code: 0 } as const },
    ],
    [
      'with a refusal',
      {
        afterMilliseconds: 300,
        end: { kind: 'refused', httpStatus: 404, reason: 'NotFound', message: 'pod does not exist' } as const,
      },
    ],
    ['early, twice', { afterMilliseconds: 20 }],
  ])('runs the script once and loses no byte when the connection is cut %s', async (_, cut) => {
    await plan(cut, cut);
    const counter = `${current!.control}/ran`;
    const result = await run(
      `echo x >>${counter}; for i in 1 2 3 4 5 6; do echo "ä$i€"; sleep 0.1; done; wc -l <${counter}; exit 7`,
    );
    expect(result.log.toString()).toBe('ä1€\nä2€\nä3€\nä4€\nä5€\nä6€\n1\n');
    expect(result).toMatchObject({ code: 7, error: undefined });
  });

  it('says how often it connected again', async () => {
    await plan({ afterStdoutBytes: 2 }, { beforeStatus: true });
    const reconnecting = vi.fn();
    expect(await run('echo one; echo two', { reconnecting })).toMatchObject({ code: 0 });
    expect(reconnecting).toHaveBeenCalledTimes(2);
  });

  // @promise log: a cut during the upload, before the first byte, inside a character, twice in a row
  it.each([0, 1, 50, 199_000])(
    'uploads again when the connection breaks after %d bytes of the script',
    async (afterStdinBytes) => {
      await plan({ afterStdinBytes }, { afterStdinBytes });
      const counter = `${current!.control}/ran`;
      const result = await run(`echo x >>${counter}; wc -l <${counter}\n#${'x'.repeat(200_000)}\n`);
      expect(result).toMatchObject({ code: 0, error: undefined });
      expect(result.log.toString()).toBe('1\n');
    },
  );

  // @promise leftovers: 300 broken connections in one script
  it('replaces the follower before it, so that none is left however often the connection breaks', async () => {
    await plan(...Array.from({ length: 30 }, () => ({ afterMilliseconds: 60 })));
    const result = await run('for i in $(seq 300); do echo line $i; sleep 0.02; done');
    expect(result).toMatchObject({ code: 0, error: undefined });
    expect(result.log.toString()).toBe(Array.from({ length: 300 }, (_, i) => `line ${i + 1}\n`).join(''));
    expect(sandbox.execs.length).toBeGreaterThan(10);
    await nothingRuns();
  });

  it.each(shells)('leaves nothing running that the script left behind (%s)', async (name, shell, tools) => {
    const result = await run(
      '(trap "" TERM HUP; while :; do sleep 1; done) & setsid sh -c "while :; do sleep 1; done" & echo done',
      {
        shell: name === 'busybox' ? 'sh' : shell,
        tools,
      },
    );
    expect(result).toMatchObject({ code: 0, error: undefined });
    expect(result.log.toString()).toBe('done\n');
    await nothingRuns();
  });

  // @promise setting: an image without `tail`, `setsid` or `sha256sum`; dash, bash, busybox — works; the log names what is missing
  it.each(['setsid', 'sha256sum', 'tail', 'dd'])('does without `%s`', async (tool) => {
    current = await startSandbox({ without: [tool] });
    current.cuts.push({ afterStdoutBytes: 4 });
    const result = await run('echo one; sleep 0.6; echo two; exit 3', { shell: '/bin/dash' });
    expect(result.code).toBe(3);
    if (tool !== 'dd') expect(result.log.toString()).toBe('one\ntwo\n');
    if (tool === 'setsid' || tool === 'sha256sum') expect(result.told.join()).toContain(`no \`${tool}\``);
  });

  // @promise stop: a cancel, or a script's timeout
  it('stops a script that ignores TERM, delivers its log, and leaves nothing behind', async () => {
    const stop = new AbortController();
    const result = await run(
      'trap "" TERM; echo started; (setsid sleep 1000) & while :; do sleep 0.1; done',
      {
        signal: stop.signal,
        log: (chunk) => {
          seen.push(Buffer.from(chunk));
          stop.abort();
          return undefined;
        },
      },
    );
    expect(Buffer.concat(seen).toString()).toContain('started\n');
    expect(result.error).toMatchObject({ name: 'SystemFailure', code: 'interrupted' });
    await nothingRuns();
  });
  const seen: Buffer[] = [];

  it('lets a script say its last words when it is stopped', async () => {
    const stop = new AbortController();
    const log: string[] = [];
    await run('trap "echo bye; exit 1" TERM; echo started; while :; do sleep 0.05; done', {
      signal: stop.signal,
      log: (chunk) => {
        log.push(Buffer.from(chunk).toString());
        stop.abort();
        return undefined;
      },
    });
    expect(log.join('')).toMatch(/^started\n(Terminated\n)?bye\n$/);
  });

  // @promise stop: a log longer than `log_limit` — stopped with one sentence, build failure; `after_script` runs
  it('stops a script whose log is too long, with one sentence', async () => {
    const result = await run('yes', { logLimit: 100_000 });
    expect(result.error).toBeInstanceOf(BuildFailure);
    expect(result.error).toMatchObject({ code: 'log-limit-exceeded' });
    expect(result.log.length).toBe(100_000);
    await nothingRuns();
  });

  it('says that the script was killed when its watcher was', async () => {
    await plan();
    const directory = `${current!.control}/run-x`;
    // What still is in the pipe when everything is killed is lost with it.
    const kill = `until [ -s ${directory}/spool ]; do sleep 0.01; done; kill -9 -1`;
    const result = await run(`echo before; ${kill}; echo after`, { directory });
    expect(result.error).toMatchObject({ name: 'BuildFailure', exitCode: 137 });
    expect(result.log.toString()).toMatch(/^before\n/);
  });

  // @promise harm: a job truncates or removes its spool, its record, its watcher
  it.each([
    ['truncates its own log', ': >$D/spool', 9],
    ['removes its own log', 'rm -f $D/spool', 9],
    ['writes nonsense into its record', 'chmod 400 $D/exit; echo abc def >$D/exit', 9],
  ])('a script that %s only harms its own result', async (_, crime) => {
    await plan();
    const directory = `${current!.control}/run-x`;
    const result = await run(`D=${directory}; echo hello; ${crime}; sleep 0.3; exit 9`, {
      directory,
      timeouts: { reconnect: 1, stopGrace: 1 },
    });
    expect([result.code, result.error]).not.toEqual([0, undefined]);
  });

  describe.each(Object.entries(traps))('a script that puts %s where a file of ours is', (_, trap) => {
    const setTraps = (directory: string): string =>
      ['exit', 'spool', 'pid', 'code']
        .map((file) => `f=${directory}/${file}; rm -f $f; ${trap('$f')}`)
        .join('\n');

    it.each(['exit 9', 'kill -9 $PPID $(cat $D/supervisor); sleep 60'])(
      'a script that replaces our files is over when it ends by `%s`',
      async (end) => {
        await plan();
        const directory = `${current!.control}/run-x`;
        const keep = `D=${directory}; cp $D/pid $D/supervisor`;
        const result = await run(`${keep}\n${setTraps(directory)}\necho hello\n${end}`, { directory });
        const expected = end === 'exit 9' ? { code: 9 } : { error: { name: 'BuildFailure', exitCode: 137 } };
        expect(result).toMatchObject(expected);
        expect(result.log.toString()).toMatch(/^hello$/m);
        await nothingRuns();
      },
    );

    it('a script that replaces our files is stopped like any other', async () => {
      await plan();
      const directory = `${current!.control}/run-x`;
      const stop = new AbortController();
      const result = await run(
        `trap "" TERM; ${setTraps(directory)}; echo ready; while :; do sleep 0.1; done`,
        {
          directory,
          signal: stop.signal,
          log: () => {
            stop.abort();
            return undefined;
          },
        },
      );
      expect(result).toMatchObject({ error: { code: 'interrupted' }, told: [] });
      await nothingRuns();
    });
  });

  // @promise outage: the API server is away for longer than `timeouts.reconnect`
  it('gives up after the reconnect time, stops the script, and never calls it a success', async () => {
    await plan({ afterStdoutBytes: 6 }, ...Array.from({ length: 100 }, () => ({ afterMilliseconds: 0 })));
    const result = await run('echo start; sleep 100', { timeouts: { reconnect: 1, stopGrace: 1 } });
    expect(result.error).toBeInstanceOf(SystemFailure);
    expect(result.error).toMatchObject({ code: 'stream-lost' });
    expect(sandbox.isDeleted).toBe(true);
  });

  it('tells a deleted pod from a lost connection', async () => {
    await plan({ afterStdoutBytes: 6 });
    current!.pod = null;
    const result = await run('echo start; sleep 100');
    expect(result.error).toMatchObject({ name: 'SystemFailure', code: 'pod-gone' });
  });

  it('does not start a script that was stopped before it came', async () => {
    await plan({ afterStdinBytes: 10 });
    const stop = new AbortController();
    stop.abort();
    const result = await run('echo never', { signal: stop.signal });
    expect(result.error).toMatchObject({ code: 'interrupted' });
    expect(result.log.toString()).toBe('');
  });

  it('runs the script in the environment that it is given', async () => {
    const environment = ['/bin/sh', '-c', 'export GREETING="$1"; shift; exec "$@"', 'sh', 'hello'];
    const result = await run('echo "$GREETING"', { environment });
    expect(result.log.toString()).toBe('hello\n');
  });

  it('runs what comes first once, however often the connection breaks, and shows its words in the log', async () => {
    await plan({ afterMilliseconds: 300 }, { afterMilliseconds: 300 });
    const result = await run('for i in 1 2 3 4; do echo $i; sleep 0.2; done', {
      prologue: { program: 'echo cleared $1', parameters: ['all'] },
    });
    expect(result).toMatchObject({ code: 0, error: undefined });
    expect(result.log.toString()).toBe('cleared all\n1\n2\n3\n4\n');
    expect(sandbox.execs.length).toBeGreaterThan(1);
  });

  it("reports the script's failure when what comes first fails", async () => {
    const result = await run('echo never', {
      prologue: { program: 'echo "ERROR: cannot be cleared"; exit 1', parameters: [] },
    });
    expect(result).toMatchObject({ code: 1, error: undefined });
    expect(result.log.toString()).toBe('ERROR: cannot be cleared\n');
  });
});

/** Answers each exec with the next of these, and says what the supervisor would. */
function scriptedCluster(...answers: (() => { end: ExecResult; words?: string; stdout?: string })[]) {
  const requests: ExecOptions[] = [];
  const exec = async (request: ExecOptions): Promise<ExecResult> => {
    requests.push(request);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    const { end, words = '', stdout = '' } = answer!();
    await request.stdout(Buffer.from(stdout));
    await request.stderr(Buffer.from(words));
    return end;
  };
  const cluster = {
    namespace: 'ci',
    exec,
    getPod: () => Promise.resolve(runningPod()),
    deletePod: () => Promise.resolve('deleting'),
  };
  return { requests, cluster: cluster as unknown as Cluster };
}

describe('runScript towards a cluster that answers as it likes', () => {
  // These need no container.
  beforeEach(() => {
    current = { close: () => Promise.resolve(), control: '/c' } as unknown as Sandbox;
  });
  afterEach(() => vi.useRealTimers());
  const lost: ExecResult = { kind: 'lost', message: 'gone' };
  const success: ExecResult = { kind: 'exited', code: 0 };

  // @promise code: the container runtime stops, and exec reports a `Success` that never was
  it('resumes a script that was silent for an hour when a stopped runtime makes up its success', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { cluster } = scriptedCluster(
      () => {
        vi.advanceTimersByTime(3_600_000);
        return { end: success, words: 'begun\n' };
      },
      () => ({ end: { kind: 'exited', code: 7 }, words: 'begun\nend 7 0\n' }),
    );
    expect(await run('sleep 3600; exit 7', { cluster })).toMatchObject({ code: 7, error: undefined });
  });

  it('does not follow for ever what ends falsely at once, again and again', async () => {
    const { cluster } = scriptedCluster(() => ({ end: success, words: 'begun\n' }));
    const result = await run('true', { cluster, timeouts: { reconnect: 1, stopGrace: 0 } });
    expect(result.error).toMatchObject({
      code: 'stream-lost',
      message: expect.stringMatching(
        /^The connection to the script was lost and did not come back for \d s \(`timeouts\.reconnect`\): a status \(0\) came without the script's own end record\. /,
      ) as string,
    });
  });

  it.each([
    ['another code', 'begun\nend 1 0\n', ''],
    ['more bytes than came', 'begun\nend 0 5\n', 'four'],
    ['a record that cannot be read', 'begun\nend 0 x\n', ''],
    ['no record', 'begun\n', ''],
  ])('does not believe a success with %s', async (_, words, stdout) => {
    const { cluster } = scriptedCluster(() => ({ end: success, words, stdout }));
    const result = await run('true', { cluster, timeouts: { reconnect: 0, stopGrace: 0 } });
    expect(result.error).toMatchObject({ code: 'stream-lost' });
  });

  it('sends the script again until it is known to have begun, and never after that', async () => {
    const { cluster, requests } = scriptedCluster(
      () => ({ end: lost }),
      () => ({ end: lost, words: 'begun\n' }),
      () => ({ end: success, words: 'begun\nend 0 0\n' }),
    );
    await run('echo hello', { cluster, prologue: { program: 'echo cleared', parameters: [] } });
    expect(
      requests.map(({ command, stdin }) => [command[4], Buffer.from(stdin as Uint8Array).toString()]),
    ).toEqual([
      ['start', expect.stringMatching(/\n\necho cleared\necho hello$/)],
      ['start', expect.stringMatching(/\n\necho cleared\necho hello$/)],
      ['follow', ''],
    ]);
  });

  it('says so when nobody confirms that a script is stopped', async () => {
    const { cluster } = scriptedCluster(() => ({ end: lost }));
    const result = await run('true', { cluster, signal: AbortSignal.abort() });
    expect(result.error).toMatchObject({ code: 'interrupted' });
    expect(result.told).toEqual([
      "The build container did not answer: the script may still be running, so the job's pod is deleted, and the end of the log is missing.",
    ]);
  });

  it('ends at once with the reason when the pod is found dead', async () => {
    const died = new AbortController();
    const reason = new SystemFailure('pod-evicted', { what: 'The node evicted the pod.' });
    const { cluster } = scriptedCluster(() => {
      died.abort(reason);
      return { end: lost, words: 'begun\n' };
    });
    expect((await run('true', { cluster, died: died.signal })).error).toBe(reason);
  });

  it('gives up on a connection that never carries the script whole', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { cluster, requests } = scriptedCluster(() => ({
      end: { kind: 'exited', code: 250 },
      words: 'fail upload\n',
    }));
    const result = await run('true', { cluster });
    expect(result.error).toMatchObject({
      code: 'stream-lost',
      message: 'The script does not reach the build container whole, however often it is sent.',
    });
    expect(requests).toHaveLength(8);
  });

  // @promise outage: what answers exec is no API server: no subprotocol, a wrong one, or no HTTP
  it('tries once only where what answers can never carry an exec', async () => {
    const { cluster, requests } = scriptedCluster(() => ({
      end: { kind: 'incompatible', message: 'Server sent no subprotocol' },
    }));
    const result = await run('true', { cluster });
    expect(result.error).toMatchObject({
      code: 'cluster-refused',
      message: expect.stringContaining('Server sent no subprotocol'),
    });
    expect(requests).toHaveLength(1);
  });

  // @promise outage: what answers exec is no API server: no subprotocol, a wrong one, or no HTTP
  it('keeps a script that runs behind an address that answers wrongly once', async () => {
    const { cluster, requests } = scriptedCluster(
      () => ({ end: lost, words: 'begun\n' }),
      () => ({ end: { kind: 'incompatible', message: 'Server sent no subprotocol' } }),
      () => ({ end: success, words: 'begun\nend 0 0\n' }),
    );
    expect((await run('true', { cluster })).error).toBeUndefined();
    expect(requests).toHaveLength(3);
  });

  // @promise outage: exec is refused for good — the job ends, and the log names the right to grant
  it('stops when the API server refuses us for good', async () => {
    const { cluster } = scriptedCluster(() => ({ end: lost }));
    const refusal = new SystemFailure('forbidden', { what: 'Cannot get pods.' });
    const result = await run('true', { cluster: { ...cluster, getPod: () => Promise.reject(refusal) } });
    expect(result.error).toBe(refusal);
  });

  // @promise setting: an image without `tail`, `setsid` or `sha256sum`; dash, bash, busybox
  it.each([
    [
      'no-setsid',
      'The image has no `setsid`: stopping this script also ends the connection that follows it.',
    ],
    ['no-sha256sum', "The image has no `sha256sum`: the script's arrival is checked by its length alone."],
    [
      'no-dd',
      'The image has no `dd`: the connection was lost, and the log begins again from its first line.',
    ],
    [
      'survivors',
      'Something that the job left running could not be ended (it may belong to another user): it runs on beside the next script.',
    ],
  ])('warns once of what the image lacks, or of what it could not do: %s', async (note, sentence) => {
    const { cluster } = scriptedCluster(
      () => ({ end: lost, words: `note ${note}\nbegun\n` }),
      () => ({ end: success, words: `note ${note}\nbegun\nend 0 0\n` }),
    );
    expect((await run('true', { cluster })).told).toEqual([sentence]);
  });
});
