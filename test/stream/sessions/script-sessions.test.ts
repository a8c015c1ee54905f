// With src/in-container/serve-scripts.sh, started by src/in-container/run-from-stdin.sh, in a container of its own, in each shell.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Cluster } from '../../../src/cluster/cluster.ts';
import { buildContainer, helperContainer, type JobContainer } from '../../../src/layout/container-names.ts';
import { readyFile, scriptsDirectory } from '../../../src/layout/paths.ts';
import { runScript } from '../../../src/stream/run-script.ts';
import type { ScriptRun } from '../../../src/stream/script-run.ts';
import {
  type HeldScript,
  openScriptSessions,
  type ScriptSessions,
} from '../../../src/stream/sessions/script-sessions.ts';
import { type Cut, type Sandbox, startSandbox, whyNoSandbox } from '../sandbox-cluster.ts';

const reason = whyNoSandbox();
if (reason) console.warn(`SKIPPED: the tests of held sessions need a sandbox; ${reason}`);
vi.setConfig({ testTimeout: 30_000 });

const shells = [
  ['dash', '/bin/dash', 'host'],
  ['bash', '/bin/bash', 'host'],
  ['busybox', '/usr/bin/busybox', 'busybox'],
] as const;

type Shell = readonly [string, string, 'host' | 'busybox'];

let place: { readonly sandbox: Sandbox; readonly sessions: ScriptSessions; readonly shell: string };
afterEach(async () => {
  place.sessions.closeAll();
  await place.sandbox.close();
});

async function open(cuts: readonly (Cut | undefined)[] = [], shell: Shell = shells[0]) {
  const sandbox = await startSandbox(shell[2]);
  sandbox.cuts.push(...cuts);
  place = { sandbox, sessions: openScriptSessions(), shell: shell[2] === 'busybox' ? '/bin/sh' : shell[1] };
}

async function run(script: string, changes: Partial<ScriptRun> = {}): Promise<{ code: number; log: string }> {
  const { sandbox, sessions, shell } = place;
  const chunks: Buffer[] = [];
  const { exitCode } = await runScript({
    cluster: sandbox.cluster,
    pod: { name: 'job-1', uid: 'uid-1' },
    container: helperContainer,
    shell,
    environment: [],
    session: { sessions, workspace: { project: null, repository: null } },
    prologue: null,
    directory: `${sandbox.control}/run-${randomBytes(8).toString('hex')}`,
    script: Buffer.from(script),
    delivered: 0,
    log: (chunk) => void chunks.push(Buffer.from(chunk)),
    warn: () => undefined,
    timeouts: { reconnect: 5, stopGrace: 1 },
    logLimit: 1e9,
    signal: new AbortController().signal,
    died: new AbortController().signal,
    ...changes,
  });
  return { code: exitCode, log: Buffer.concat(chunks).toString('latin1') };
}

/** `held`, `held-once`, `start` or `follow`, for each exec. */
const ways = (): (string | undefined)[] =>
  place.sandbox.execs.map(({ command }) =>
    command.find((word) => /^(held|held-once|start|follow)$/.test(word)),
  );

/** Opens one ahead, as prepare does, with the sandbox's places. @returns what it says */
function openAhead(container: JobContainer, signal = new AbortController().signal): Promise<string | null> {
  const { sandbox, sessions } = place;
  const ready = `${sandbox.control}/ready`;
  writeFileSync(ready, '');
  const placeOf: Readonly<Record<string, string>> = {
    [readyFile]: ready,
    [scriptsDirectory]: sandbox.control,
  };
  const exec: Cluster['exec'] = (request) =>
    sandbox.cluster.exec({ ...request, command: request.command.map((word) => placeOf[word] ?? word) });
  return sessions.open({ cluster: { exec }, pod: { name: 'job-1', uid: 'uid-1' }, container, signal });
}

const counted = 'i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo line $i; sleep 0.01; done; exit 7';
const linesOf60 = Array.from({ length: 60 }, (_, index) => `line ${index + 1}\n`).join('');
const startedOnce = (): string => `echo x >>${place.sandbox.control}/starts; `;
const starts = (): Promise<{ log: string }> => run(`cat ${place.sandbox.control}/starts`);

describe.skipIf(reason)('a held session', () => {
  it.each(shells)('runs scripts one after the other in one exec (%s)', async (...shell) => {
    await open([], shell);
    expect(await run('echo one; echo two >&2')).toEqual({ code: 0, log: 'one\ntwo\n' });
    expect(await run('printf "no end of line"; exit 42')).toEqual({ code: 42, log: 'no end of line' });
    expect(await run('exit 250')).toEqual({ code: 250, log: '' });
    const { log } = await run('seq 1 100000');
    expect([log.length, log.slice(-13)]).toEqual([588_895, '99999\n100000\n']);
    expect(
      await run('cat; echo "args: $*"', { prologue: { program: 'echo "$1 $2"', parameters: ['a  b', ''] } }),
    ).toEqual({
      code: 0,
      log: 'a  b \nargs: a  b \n',
    });
    expect(ways()).toEqual(['held']);
  });

  it.each(shells)('ends what a script leaves behind, and lives on (%s)', async (...shell) => {
    await open([], shell);
    expect(await run('sleep 300 >/dev/null 2>&1 & echo left')).toEqual({ code: 0, log: 'left\n' });
    expect(await run('ps | while read -r l; do case $l in *"sleep 300"*) echo $l ;; esac; done')).toEqual({
      code: 0,
      log: '',
    });
    expect(ways()).toEqual(['held']);
  });

  // @promise log: the session that a helper's scripts share is cut — the script is followed by an exec of its own
  it.each([
    ['in mid-log', { afterStdoutBytes: 200 }],
    ['before a byte', { afterMilliseconds: 0 }],
    ['in the upload', { afterStdinBytes: 300 }],
    ['by a Success that never was', { afterStdoutBytes: 300, end: { kind: 'exited', code: 0 } }],
  ] satisfies [string, Cut][])(
    'a script whose session is cut %s starts once, and its log is whole',
    async (_, cut) => {
      await open([cut]);
      expect(await run(startedOnce() + counted)).toEqual({ code: 7, log: linesOf60 });
      expect(await starts()).toMatchObject({ log: 'x\n' });
      // The next script has a session again.
      expect(ways()[0]).toBe('held');
      expect(ways().at(-1)).toBe('held');
      expect(ways().slice(1, -1)).not.toContain('held');
    },
  );

  it('a script of a session that died in the meantime starts in another', async () => {
    await open();
    await run('true');
    place.sessions.close('uid-1');
    expect(await run('echo two')).toEqual({ code: 0, log: 'two\n' });
    expect(ways()).toEqual(['held', 'held']);
  });

  it('a script that kills its session is followed to its end', async () => {
    await open();
    const kill =
      'for p in /proc/[0-9]*; do p=${p#/proc/}; case $(tr "\\0" " " <$p/cmdline) in *" held "*) kill -9 $p;; esac; done';
    expect(await run(`cd /proc; ${kill} 2>/dev/null; sleep 1; echo alive; exit 3`)).toEqual({
      code: 3,
      log: 'alive\n',
    });
    expect(ways()[1]).toBe('follow');
  });

  it('a second script at the same time gets an exec of its own, and so does one that no line can carry', async () => {
    await open();
    const slow = run('sleep 1; echo slow').catch((error: unknown) => error);
    await vi.waitFor(() => expect(ways()).toEqual(['held']));
    const { sessions, sandbox } = place;
    const script: HeldScript = {
      cluster: sandbox.cluster,
      pod: { name: 'job-1', uid: 'uid-1' },
      container: helperContainer,
      shell: '/bin/sh',
      directory: '/x',
      workspace: { project: null, repository: null },
      prologue: null,
      script: Buffer.from('x'),
      log: () => undefined,
      messages: () => undefined,
      signal: new AbortController().signal,
    };
    expect(sessions.start(script)).toBeNull();
    const other = { ...script, pod: { name: 'job-2', uid: 'uid-2' } };
    expect(sessions.start({ ...other, workspace: { project: 'a\nb', repository: null } })).toBeNull();
    expect(await slow).toEqual({ code: 0, log: 'slow\n' });
    expect(ways()).toEqual(['held']);
  });

  it.each(shells)(
    'one that was opened ahead says what its container is, and takes scripts (%s)',
    async (...shell) => {
      await open([], shell);
      expect(await openAhead(helperContainer)).toMatch(
        /^uid_map (.|\n)*\nshell \/bin\/sh\n(.|\n)*answered\n$/,
      );
      expect(await run('echo one; exit 3')).toEqual({ code: 3, log: 'one\n' });
      expect(await run('echo two')).toEqual({ code: 0, log: 'two\n' });
      expect(ways()).toEqual(['held']);
    },
  );

  it('a session is not there where its container has no answer', async () => {
    await open([{ afterMilliseconds: 0 }]);
    expect(await openAhead(helperContainer)).toBeNull();
    expect(await run('echo one')).toEqual({ code: 0, log: 'one\n' });
    expect(ways()).toEqual(['held', 'held']);
  });

  it('a session is cut off where nobody waits for the answer any more', async () => {
    await open();
    expect(await openAhead(helperContainer, AbortSignal.abort())).toBeNull();
    expect(await run('echo one')).toEqual({ code: 0, log: 'one\n' });
    expect(ways()).toEqual(['held', 'held']);
  });

  it('a sink that fails fails its script, and the next one has another session', async () => {
    await open();
    const broken = new Error('nobody reads');
    /** As a real exec rejects with what a sink throws. */
    const exec: Cluster['exec'] = async ({ stdin, stdout }) => {
      void stdout(Buffer.from('answered\n'));
      for await (const chunk of stdin as AsyncIterable<Uint8Array>) await stdout(chunk.subarray(-1));
      return { kind: 'lost', message: '' };
    };
    const log = () => Promise.reject(broken);
    await expect(run('x', { log, cluster: { ...place.sandbox.cluster, exec } })).rejects.toBe(broken);
    expect(await run('echo y')).toEqual({ code: 0, log: 'y\n' });
    expect(ways()).toEqual(['held']);
  });
});

describe.skipIf(reason)('an exec that waits in the build container', () => {
  const build = { container: buildContainer } as const;

  it.each(shells)('an exec that waits takes the first script, and ends with it (%s)', async (...shell) => {
    await open([], shell);
    expect(await openAhead(buildContainer)).toBe('shell /bin/sh\nanswered\n');
    const prologue = { program: 'echo "$1"', parameters: ['a  b'] };
    const script = 'cat; [ "${GIT_CONFIG_COUNT-none}" = none ] && echo "its own environment"; exit 250';
    expect(await run(script, { ...build, prologue })).toEqual({
      code: 250,
      log: 'a  b\nits own environment\n',
    });
    expect(await run('echo two', build)).toEqual({ code: 0, log: 'two\n' });
    expect(ways()).toEqual(['held-once', 'start']);
  });

  it('no exec waits where user code may have been', async () => {
    await open();
    expect(await run('echo one', build)).toEqual({ code: 0, log: 'one\n' });
    expect(ways()).toEqual(['start']);
  });

  // @promise log: the exec that waits in the build container for the first script is cut — the script is followed by an exec of its own
  it('a script whose exec is cut is followed, and starts once', async () => {
    await open([{ afterStdoutBytes: 200 }]);
    await openAhead(buildContainer);
    expect(await run(startedOnce() + counted, build)).toEqual({ code: 7, log: linesOf60 });
    expect(await run(`cat ${place.sandbox.control}/starts`, build)).toMatchObject({ log: 'x\n' });
    expect(ways()).toEqual(['held-once', 'follow', 'start']);
  });

  it('no way in is left: a script finds the way by which it came closed', async () => {
    await open();
    await openAhead(buildContainer);
    const forge =
      'for p in /proc/[0-9]*; do case $(tr "\\0" " " <$p/cmdline) in *" held-once "*) echo found; [ ! -e $p/fd/9 ] || echo open;; esac; done';
    expect(await run(`cd /proc; (${forge}) 2>/dev/null; exit 4`, build)).toEqual({
      code: 4,
      log: expect.stringMatching(/^(found\n)+$/) as string,
    });
    expect(ways()).toEqual(['held-once']);
  });

  it('an exec that waits goes with its pod', async () => {
    await open();
    await openAhead(buildContainer);
    place.sessions.close('uid-1');
    await vi.waitFor(() => expect(place.sandbox.processes()).toEqual([]));
    expect(await run('echo one', build)).toEqual({ code: 0, log: 'one\n' });
    expect(ways()).toEqual(['held-once', 'start']);
  });
});
