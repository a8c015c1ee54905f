// A Cluster of one "container": a process namespace of its own on this machine, so that `kill -9 -1` is safe to run.
// Its exec behaves as a real one does where it matters: a cut connection ends nothing in the container.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster, ExecOptions, ExecResult, Pod } from '../../src/cluster/cluster.ts';
import { reasonToSkip } from '../embedded-cluster/client/why-no-sandbox.ts';
import { onUnshareMessage } from '../embedded-cluster/unshare-words.ts';

const namespaces =
  process.getuid?.() === 0
    ? ['--pid', '--fork', '--mount', '--mount-proc']
    : ['--user', '--map-root-user', '--pid', '--fork', '--mount', '--mount-proc'];

/** null: a sandbox can be made; otherwise why not. @throws Error where one is demanded */
export function whyNoSandbox(): string | null {
  const tried = spawnSync('unshare', [...namespaces, 'true'], { encoding: 'utf8' });
  return tried.status === 0
    ? null
    : reasonToSkip(`no process namespace can be made here: ${tried.error?.message ?? tried.stderr.trim()}`);
}

/** What a test does to one exec connection. */
export interface Cut {
  readonly afterStdoutBytes?: number;
  readonly afterStdinBytes?: number;
  readonly afterMilliseconds?: number;
  /** Everything arrives, only the status does not. */
  readonly beforeStatus?: boolean;
  /** The end that the client is shown; a lost connection unless said otherwise. */
  readonly end?: ExecResult;
}

export interface Sandbox {
  readonly cluster: Cluster;
  readonly control: string;
  /** Taken one for each exec, in order; undefined leaves that exec alone. */
  readonly cuts: (Cut | undefined)[];
  readonly execs: ExecOptions[];
  pod: Pod | null;
  isDeleted: boolean;
  /** PIDs (of the container) that run in it, PID 1 left out. */
  processes(): string[];
  close(): Promise<void>;
}

const busyboxApplets = [
  'sh',
  'cat',
  'head',
  'dd',
  'sleep',
  'mkdir',
  'rm',
  'wc',
  'tr',
  'tail',
  'setsid',
  'sha256sum',
  'seq',
  'true',
  'ps',
  'date',
  'yes',
  'env',
];

/** `tools`: `host` for this machine's own, `busybox` for busybox alone, or a list of host tools to leave out. */
export async function startSandbox(
  tools: 'host' | 'busybox' | { readonly without: readonly string[] } = 'host',
): Promise<Sandbox> {
  const root = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const control = join(root, 'control');
  mkdirSync(control, { mode: 0o700 });
  const path = toolPath(root, tools);
  const init = spawn(
    'unshare',
    [
      ...namespaces,
      '--kill-child',
      'sh',
      '-c',
      'trap "exit 0" TERM; echo ready; while :; do sleep 3600 & wait; done',
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  onUnshareMessage(init.stderr, (line) => process.stderr.write(`${line}\n`));
  await once(init.stdout, 'data');
  const pid = childOf(init);
  if (readlinkSync(`/proc/${pid}/ns/pid`) === readlinkSync('/proc/self/ns/pid'))
    throw new Error('The sandbox shares our process namespace; nothing may run in it.');
  const children = new Set<ChildProcess>();
  const sandbox: Sandbox = {
    control,
    cuts: [],
    execs: [],
    pod: runningPod(),
    isDeleted: false,
    cluster: undefined as unknown as Cluster,
    processes: () =>
      inside(pid, [
        'sh',
        '-c',
        'for p in /proc/[0-9]*; do p=${p#/proc/}; case $(tr "\\0" " " </proc/$p/cmdline 2>/dev/null) in ""|"sleep 3600 "|*"/proc/[0-9]"*|*"sleep 3600 & wait"*) ;; *) echo $p;; esac; done',
      ]),
    close: async () => {
      for (const child of children) child.kill('SIGKILL');
      process.kill(pid, 'SIGKILL');
      await once(init, 'close');
      rmSync(root, { recursive: true, force: true });
    },
  };
  const exec = (request: ExecOptions): Promise<ExecResult> => {
    sandbox.execs.push(request);
    return execInside({ pid, path, request, cut: sandbox.cuts.shift(), children });
  };
  const deletePod = (): Promise<'deleting'> => {
    sandbox.isDeleted = true;
    return Promise.resolve('deleting');
  };
  const cluster = { namespace: 'ci', exec, getPod: () => Promise.resolve(sandbox.pod), deletePod };
  return Object.assign(sandbox, { cluster: cluster as unknown as Cluster });
}

export function runningPod(): Pod {
  const running = { state: { running: {} }, ready: true };
  return {
    metadata: { name: 'job-1', uid: 'uid-1' },
    spec: { hostUsers: false },
    status: {
      phase: 'Running',
      containerStatuses: [
        { name: 'build', ...running },
        { name: 'helper', ...running },
      ],
    },
  };
}

function toolPath(root: string, tools: 'host' | 'busybox' | { readonly without: readonly string[] }): string {
  if (tools === 'host') return process.env['PATH'] ?? '';
  const bin = join(root, 'bin');
  mkdirSync(bin);
  for (const applet of busyboxApplets) {
    if (tools !== 'busybox' && tools.without.includes(applet)) continue;
    const target = tools === 'busybox' ? '/usr/bin/busybox' : hostProgram(applet);
    if (target.startsWith('/')) symlinkSync(target, join(bin, applet));
  }
  return bin;
}

function childOf(init: ChildProcess): number {
  const { stdout } = spawnSync('pgrep', ['-P', `${init.pid}`], { encoding: 'utf8' });
  return Number(stdout.trim());
}

const host = { nsenter: hostProgram('nsenter'), setsid: hostProgram('setsid') };

function hostProgram(name: string): string {
  return spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
}

function nsenter(pid: number): string[] {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--preserve-credentials'];
  return ['--target', `${pid}`, ...user, '--pid', '--mount'];
}

function inside(pid: number, command: string[]): string[] {
  return spawnSync('nsenter', [...nsenter(pid), ...command], { encoding: 'utf8' })
    .stdout.trim()
    .split('\n')
    .filter(Boolean);
}

async function execInside({
  pid,
  path,
  request,
  cut,
  children,
}: {
  pid: number;
  path: string;
  request: ExecOptions;
  cut: Cut | undefined;
  children: Set<ChildProcess>;
}): Promise<ExecResult> {
  const [program = 'sh', ...args] = request.command;
  // The container's PATH is for the script, not for finding our own way in.
  const child = spawn(host.nsenter, [...nsenter(pid), host.setsid, '--wait', program, ...args], {
    // A bash with a socket for stdin, as Node's pipes are, takes itself for a remote login and reads ~/.bashrc; not when nested.
    env: { PATH: path, SHLVL: '1' },
    stdio: 'pipe',
  });
  children.add(child);
  const lost: ExecResult = cut?.end ?? { kind: 'lost', message: 'the test cut the connection' };
  const connection = Promise.withResolvers<ExecResult>();
  let isCut = request.signal?.aborted ?? false;
  const sever = (end: ExecResult): void => {
    isCut = true;
    connection.resolve(end);
  };
  request.signal?.addEventListener('abort', () => sever({ kind: 'lost', message: 'aborted' }));
  if (isCut) sever({ kind: 'lost', message: 'aborted' });
  // At once means before anything arrives, however busy the machine is.
  if (cut?.afterMilliseconds === 0) sever(lost);
  else if (cut?.afterMilliseconds !== undefined) setTimeout(() => sever(lost), cut.afterMilliseconds);

  void sendStdin(child, request.stdin, cut, () => sever(lost));
  const output = deliver(
    child,
    request,
    cut,
    () => isCut,
    () => sever(lost),
  );
  const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  void Promise.all([exit, output]).then(([[code, signal]]) => {
    children.delete(child);
    if (cut?.beforeStatus) sever(lost);
    connection.resolve({ kind: 'exited', code: code ?? (signal === 'SIGKILL' ? 137 : 143) });
  });
  const end = await connection.promise;
  if (!isCut) await output;
  return end;
}

async function sendStdin(
  child: ReturnType<typeof spawn>,
  stdin: ExecOptions['stdin'],
  cut: Cut | undefined,
  sever: () => void,
): Promise<void> {
  child.stdin?.on('error', () => undefined);
  let room = cut?.afterStdinBytes ?? Number.POSITIVE_INFINITY;
  for await (const chunk of stdin instanceof Uint8Array ? [stdin] : stdin) {
    const isCut = chunk.byteLength > room;
    await new Promise((resolve) => child.stdin?.write(chunk.subarray(0, room), resolve));
    room -= chunk.byteLength;
    if (!isCut) continue;
    sever();
    break;
  }
  child.stdin?.end();
}

/** Like a cut connection of a real cluster, ours leaves the pipe full and unread: the process in the container blocks. */
async function deliver(
  child: ChildProcess,
  request: ExecOptions,
  cut: Cut | undefined,
  isCut: () => boolean,
  sever: () => void,
): Promise<void> {
  let delivered = 0;
  const errors = (async () => {
    for await (const chunk of child.stderr ?? []) if (!isCut()) await request.stderr(chunk as Buffer);
  })();
  for await (const chunk of child.stdout ?? []) {
    if (isCut()) return new Promise(() => undefined);
    const room = (cut?.afterStdoutBytes ?? Number.POSITIVE_INFINITY) - delivered;
    const kept = (chunk as Buffer).subarray(0, room);
    await request.stdout(kept);
    delivered += kept.byteLength;
    if (kept.byteLength < (chunk as Buffer).byteLength || delivered === cut?.afterStdoutBytes) {
      sever();
      return new Promise(() => undefined);
    }
  }
  await errors;
}
