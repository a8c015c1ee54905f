import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ExecResult } from '../../src/cluster/cluster.ts';
import { followScript, startScript, stopAndDrain, uploadOf } from '../../src/in-container/commands.ts';
import { localShells } from '../stage/local-shells.ts';
import { type Sandbox, startSandbox, whyNoSandbox } from '../stream/sandbox-cluster.ts';

const shells = localShells();
const reason = whyNoSandbox();
if (reason) console.warn(`SKIPPED: the programs in the container need a sandbox; ${reason}`);

vi.setConfig({ testTimeout: 30_000 });

describe.skipIf(reason).each(shells)('a script in a container with $name', ({ argv: [path = ''] }) => {
  const shell = path.endsWith('busybox') ? 'sh' : path;
  let sandbox: Sandbox;
  let directory: string;
  beforeEach(async () => {
    sandbox = await startSandbox(path.endsWith('busybox') ? 'busybox' : 'host');
    directory = join(sandbox.control, 'run-build_script-0123456789abcdef');
  });
  afterEach(() => sandbox.close());

  async function send(command: readonly string[], stdin: Uint8Array = new Uint8Array()) {
    let stdout = '';
    let stderr = '';
    const end: ExecResult = await sandbox.cluster.exec({
      pod: 'job-1',
      container: 'build',
      command,
      stdin,
      stdout: (chunk) => {
        stdout += Buffer.from(chunk).toString();
        return undefined;
      },
      stderr: (chunk) => {
        stderr += Buffer.from(chunk).toString();
        return undefined;
      },
    });
    const lines = stderr.split('\n');
    return {
      end,
      stdout,
      // The shell has words of its own, for a process that is gone, say; they mean nothing to us.
      words: lines.filter((line) => /^(begun|stopped|(end|fail|oom) .*|)$/.test(line)),
      notes: lines.filter((line) => line.startsWith('note ')),
    };
  }

  /** A program of the test's own. */
  const ask = (program: string) => send([shell, '-c', program]);
  const startOf = (script: string, { offset = 0, words = [] as string[] } = {}) => {
    const upload = uploadOf(Buffer.from(script));
    const sha256 = createHash('sha256').update(upload).digest('hex');
    const prologue = { program: '', parameters: words };
    const bytes = upload.byteLength;
    return { command: startScript(shell, { directory, offset, bytes, sha256, prologue }), upload };
  };
  const start = (
    script: string,
    {
      sent = (upload: Uint8Array): Uint8Array => upload,
      ...more
    }: { sent?: (upload: Uint8Array) => Uint8Array; offset?: number; words?: string[] } = {},
  ) => {
    const { command, upload } = startOf(script, more);
    return send(command, sent(upload));
  };
  const follow = (offset = 0) => send(followScript(shell, { directory, offset }));
  const stop = (offset: number | null = 0, grace = 1) =>
    send(stopAndDrain(shell, { directory, grace, offset }));

  /** What was killed may take a moment to be gone. */
  const nothingRuns = (): Promise<void> =>
    vi.waitFor(() => expect(sandbox.processes()).toEqual([]), { timeout: 5000 });

  it('ends with its code, and with a record of code and size', async () => {
    expect(await start('echo one; echo two >&2; exit 42')).toMatchObject({
      end: { kind: 'exited', code: 42 },
      stdout: 'one\ntwo\n',
      words: ['begun', 'end 42 8', ''],
    });
  });

  it("a script's log can be followed again from any byte after its end", async () => {
    await start('echo one; echo two');
    expect(await follow(4)).toMatchObject({
      end: { kind: 'exited', code: 0 },
      stdout: 'two\n',
      words: ['begun', 'end 0 8', ''],
    });
  });

  it('a script gets its words as they are, and reads on where its own text begins', async () => {
    const words = ["it's", '$(x) "y"', '', '-n', 'a\nb'];
    const { stdout } = await start('printf "<%s>" "$@"; read -r next\nline\\n  of its own\necho "$next"', {
      words,
    });
    expect(stdout).toBe(`${words.map((word) => `<${word}>`).join('')}line\\n  of its own\n`);
  });

  // As the kernel writes them.
  it.each([
    ['cgroup v2', 'memory.events', 'low 0\nhigh 0\nmax 9\noom 3\noom_kill COUNT\noom_group_kill 7\n'],
    ['cgroup v1', 'memory/memory.oom_control', 'oom_kill_disable 0\nunder_oom 0\noom_kill COUNT\n'],
  ])('counts the kills for memory while it ran, and none before (%s)', async (_, file, text) => {
    const groups = join(sandbox.control, 'cgroup');
    mkdirSync(join(groups, 'memory'), { recursive: true });
    const count = (kills: number): string => text.replace('COUNT', `${kills}`);
    writeFileSync(join(groups, file), count(2), { mode: 0o666 });
    const upload = (script: string): Uint8Array =>
      Buffer.from(uploadOf(Buffer.from(script)).toString().replaceAll('/sys/fs/cgroup', groups), 'utf8');
    const begin = async (script: string) => {
      const sent = upload(script);
      const sha256 = createHash('sha256').update(sent).digest('hex');
      const place = { directory: `${directory}${script.length}`, offset: 0, bytes: sent.byteLength, sha256 };
      return (await send(startScript(shell, { ...place, prologue: null }), sent)).words;
    };
    const kills = (number: number): string =>
      `printf '${count(number).replaceAll('\n', '\\n')}' >${join(groups, file)}`;
    expect(await begin(`${kills(5)}; exit 2`)).toEqual(['begun', 'oom 3', 'end 2 0', '']);
    expect(await begin('exit 2')).toEqual(['begun', 'end 2 0', '']);
    // What a job puts in the place of its counters keeps nobody waiting: they are open before it runs.
    expect(
      await begin(
        `rm ${join(groups, file)}; { mkfifo ${join(groups, file)} || mkdir ${join(groups, file)}; } 2>/dev/null`,
      ),
    ).toEqual(['begun', 'end 0 0', '']);
  });

  it('a script cannot read what watches over it', async () => {
    expect(
      (await start('(cat <&6) 2>/dev/null || echo closed; (cat <&7) 2>/dev/null || echo closed')).stdout,
    ).toBe('closed\nclosed\n');
  });

  it('a script is not started again by a second start', async () => {
    const both = [await start('echo ran'), await start('echo ran')];
    expect(both.map(({ stdout }) => stdout)).toEqual(['ran\n', 'ran\n']);
    expect(readFileSync(join(directory, 'spool'), 'utf8')).toBe('ran\n');
  });

  it('a script may reopen its output, and loses nothing of its log', async () => {
    const script =
      'echo one; echo two >/dev/stdout; echo three >/dev/stderr; echo four >/proc/self/fd/1; echo five';
    expect(await start(script)).toMatchObject({
      stdout: 'one\ntwo\nthree\nfour\nfive\n',
      words: ['begun', 'end 0 24', ''],
    });
  });

  // @promise stop: a script leaves its process group, or programs behind
  it.each([
    ['a job of its shell', 'sleep 1000 &'],
    ['a session of its own', 'setsid sleep 1000 &'],
    ['one that ignores TERM', '(trap "" TERM HUP; while :; do sleep 1; done) &'],
    ['one that writes', '(while :; do echo y; sleep 0.01; done) &'],
    ['one that starts others', '(while :; do (sleep 0.01 &); done) &'],
    ['an orphan', '(setsid sh -c "sleep 1000 & sleep 1000" &);'],
  ])('ends when its shell does, whatever it leaves running: %s', async (_, left) => {
    const { end, stdout } = await start(`${left} echo done; exit 3`);
    expect([end, stdout.replace(/^y\n/gm, '')]).toEqual([{ kind: 'exited', code: 3 }, 'done\n']);
    await nothingRuns();
  });

  it('gives what it leaves running a moment for the last lines', async () => {
    expect(await start('(while kill -0 $$ 2>/dev/null; do :; done; echo late) & echo done')).toMatchObject({
      stdout: 'done\nlate\n',
      words: ['begun', 'end 0 10', ''],
    });
  });

  it("a script's log arrives whole, however much it prints", async () => {
    const { stdout, words } = await start(
      'i=0; while [ $i -lt 20 ]; do i=$((i+1)); head -c 100000 /dev/zero; done',
    );
    expect([stdout.length, words.slice(0, 2)]).toEqual([2_000_000, ['begun', 'end 0 2000000']]);
  });

  it('does not run when fewer bytes came than were sent, or others', async () => {
    const script = `echo never\n${'#'.repeat(1000)}`;
    for (const sent of [
      (upload: Uint8Array) => upload.subarray(0, upload.byteLength - 500),
      (upload: Uint8Array) => Buffer.from(Buffer.from(upload).toString().replace('never', 'EVER!')),
    ])
      expect(await start(script, { sent })).toMatchObject({ stdout: '', words: ['fail upload', ''] });
    expect(existsSync(directory)).toBe(false);
  });

  it('does not run when its place cannot be written', async () => {
    directory = join(sandbox.control, 'missing/run-x');
    const { stdout, words } = await start('echo never');
    expect(stdout).toBe('');
    expect(words).toContain('fail disk');
  });

  it('removes what earlier sub-stages left, but for their locks', async () => {
    const earlier = join(sandbox.control, 'run-get_sources-fedcba9876543210');
    mkdirSync(earlier);
    for (const path of [`${earlier}.7`, `${earlier}/spool`]) writeFileSync(path, 'a script with secrets');
    await start('true');
    expect(readdirSync(sandbox.control)).not.toContain(`${basename(earlier)}.7`);
    expect(readdirSync(earlier)).toEqual(['exit']);
  });

  // @promise log: a node begins an exec only when the next sub-stage runs — no script starts twice, and the next one is left alone
  it('leaves the next script alone, and starts nothing, when a node begins it too late', async () => {
    const earlier = directory;
    expect(await start('echo earlier')).toMatchObject({ stdout: 'earlier\n' });
    const late = {
      ...startOf('echo earlier'),
      stop: stopAndDrain(shell, { directory, grace: 0, offset: 0 }),
    };
    directory = `${earlier}-next`;
    const next = start('while [ ! -e "$1" ]; do sleep 0.1; done; echo next', {
      words: [join(sandbox.control, 'go')],
    });
    await vi.waitFor(() => expect(existsSync(join(directory, 'pid'))).toBe(true), { timeout: 5000 });
    expect(await send(late.stop)).toMatchObject({ end: { kind: 'exited', code: 1 }, words: [''] });
    expect(await send(late.command, late.upload)).toMatchObject({ stdout: '', words: ['fail unknown', ''] });
    writeFileSync(join(sandbox.control, 'go'), '');
    expect(await next).toMatchObject({ end: { kind: 'exited', code: 0 }, stdout: 'next\n' });
  });

  it('ends nothing when its script was over before it came', async () => {
    await start('true');
    const { stdout: other } = await ask('sleep 1000 >/dev/null 2>&1 </dev/null & echo $!');
    expect(await follow()).toMatchObject({ words: ['begun', 'end 0 0', ''] });
    expect((await ask(`kill -0 ${other.trim()} && echo lives`)).stdout).toBe('lives\n');
  });

  // @promise stop: a script leaves its process group, or programs behind
  it('never runs beside a survivor of the sub-stage before it', async () => {
    const survivor = await ask('trap "" TERM HUP; sleep 1000 >/dev/null 2>&1 </dev/null & echo $!');
    const lives = `kill -0 ${survivor.stdout.trim()} 2>/dev/null`;
    const { stdout } = await start(
      `i=0; while ${lives} && [ $i -lt 20 ]; do i=$((i+1)); sleep 0.1; done; ${lives} || echo alone`,
    );
    expect(stdout).toBe('alone\n');
  });

  it('reads the record when its watcher is gone, and not before', async () => {
    const { stdout: watcher } = await ask('sleep 1000 >/dev/null 2>&1 </dev/null & echo $!');
    mkdirSync(directory);
    writeFileSync(join(directory, 'spool'), 'one\n');
    writeFileSync(join(directory, 'pid'), `${watcher.trim()} ${watcher}`);
    writeFileSync(join(directory, 'exit'), '127\n9\n0\n');
    let isOver = false;
    const following = follow().finally(() => {
      isOver = true;
    });
    await sleep(1000);
    expect(isOver).toBe(false);
    writeFileSync(join(directory, 'exit'), '127\n4\n0\n');
    await ask(`kill ${watcher}`);
    expect(await following).toMatchObject({ stdout: 'one\n', words: ['begun', 'end 127 4', ''] });
  });

  it.each([
    ['abc\n4\n0\n'],
    ['-27 4 0\n'],
    ['7\n--------\n'],
    ['7\n4\n--------\n'],
    ['7\n4\n'],
    [' \n'],
    [''],
  ])('a script counts as killed when its watcher is gone and its record reads %j', async (record) => {
    mkdirSync(directory);
    writeFileSync(join(directory, 'spool'), 'one\n');
    writeFileSync(join(directory, 'pid'), '4194304 4194304\n');
    writeFileSync(join(directory, 'exit'), record);
    expect(await follow()).toMatchObject({ stdout: 'one\n', words: ['begun', 'fail killed', ''] });
  });

  it('a script is not known when its files are gone', async () => {
    expect(await follow()).toMatchObject({ stdout: '', words: ['fail unknown', ''] });
  });

  it('does not run after it was stopped before it came', async () => {
    expect(await stop()).toMatchObject({ end: { kind: 'exited', code: 0 }, words: ['stopped', ''] });
    expect(await start('echo never')).toMatchObject({ stdout: '', words: ['fail stuck', ''] });
  });

  it.each([
    [0, 'started\n'],
    [4, 'ted\n'],
    [null, ''],
  ])('a script is stopped, and its log delivered from byte %s on', async (offset, rest) => {
    const running = start('trap "" TERM; echo started; while :; do sleep 1; done');
    await vi.waitFor(() => expect(readFileSync(join(directory, 'spool'), 'utf8')).toBe('started\n'), 10_000);
    const { end, stdout, words } = await stop(offset);
    // bash and ash write `Terminated` and `Killed` into the log.
    expect({
      end,
      stdout: stdout.replace(/^.*(Terminated|Killed).*\n/gm, ''),
      words: words.slice(-2),
    }).toEqual({
      end: { kind: 'exited', code: 0 },
      stdout: rest,
      words: ['stopped', ''],
    });
    expect((await running).words).not.toContain(expect.stringMatching(/^end/));
    await nothingRuns();
  });

  describe.each([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 16])(
    'of which a job lets no more than %d files be open',
    (most) => {
      const limited = (command: readonly string[], stdin?: Uint8Array) =>
        send([shell, '-c', 'ulimit -n $1; shift; exec "$@"', 'sh', `${most}`, ...command], stdin);
      const leave = 'trap "" TERM HUP; sleep 1000 >/dev/null 2>&1 </dev/null &';

      it('says that everything is ended only when it is', async () => {
        await ask(leave);
        mkdirSync(directory);
        const { words } = await limited(stopAndDrain(shell, { directory, grace: 0, offset: null }));
        if (most > 12) expect(words).toContain('stopped');
        if (words.includes('stopped')) await nothingRuns();
      });

      it('does not end with the script while something of it lives on, or says so', async () => {
        const { command, upload } = startOf(`${leave} echo done`);
        const { words, notes } = await limited(command, upload);
        if (words.some((word) => word.startsWith('end ')) && !notes.includes('note survivors'))
          await nothingRuns();
      });
    },
  );
});
