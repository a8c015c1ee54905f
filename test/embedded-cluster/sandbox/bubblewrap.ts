// Sandboxes by bubblewrap, for a user who has one id and no other: everything in a pod is that id. The namespaces are real, the
// capabilities gone, but a map of one id is no proof of a user namespace, and a pod whose containers want two users cannot be had.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { exitOf, kill, runsOwnProgram } from './child.ts';
import { holdStartOutput, inOwnSession, notExecuted } from './first-words.ts';
import { type Pipes, readPipe, writePipe } from './pipes.ts';
import { asRuncSays } from './runtime-words.ts';
import {
  type ContainerPlan,
  type ExecProcess,
  type PodPlan,
  type PodSandbox,
  type ProcessPlan,
  type RunningContainer,
  StartFailure,
} from './sandbox.ts';

const pollMs = 2;

/** By path: the container's PATH is not ours. */
const bwrap = '/usr/bin/bwrap';
const nsenter = '/usr/bin/nsenter';
const setpriv = '/usr/bin/setpriv';

export async function createBubblewrapPod(pipes: Pipes, plan: PodPlan): Promise<PodSandbox> {
  mkdirSync(plan.directory, { recursive: true });
  const holder = await startInNamespaces([bwrap, ...holderFlags(plan), 'sleep', 'infinity'], {
    stdio: ['ignore', 'ignore'],
    env: process.env,
  });
  const members = [holder];
  let podUser: number | null = null;
  return {
    holderPid: holder.pid,
    // There is one id only, and it is ours.
    own: () => undefined,
    async start(container) {
      podUser ??= container.process.uid;
      if (podUser !== container.process.uid)
        throw new StartFailure(
          `bubblewrap has one id for all containers of a pod: ${podUser} runs already, this one wants ${container.process.uid}`,
        );
      const { member, running } = await startContainer(pipes, container, {
        directory: join(plan.directory, container.id),
        holderPid: holder.pid,
      });
      members.push(member);
      return running;
    },
    async remove() {
      for (const { pid } of members) kill(pid, 'SIGKILL');
      await Promise.all(members.map(({ exited }) => exited));
    },
  };
}

const holderFlags = ({ hostname }: PodPlan): string[] => [
  ...['--unshare-user', '--uid', '0', '--gid', '0', '--unshare-net', '--unshare-ipc'],
  ...['--unshare-uts', '--hostname', hostname, '--die-with-parent', '--dev-bind', '/', '/'],
  ...['--info-fd', '3'],
];

interface Member {
  readonly pid: number;
  readonly exited: Promise<number>;
}

/** bwrap names its child on fd 3. Resolves when that child is its own program. @throws StartFailure in bwrap's words */
async function startInNamespaces(
  [program = '', ...args]: readonly string[],
  { stdio, env }: { readonly stdio: readonly ('ignore' | number)[]; readonly env: NodeJS.ProcessEnv },
): Promise<Member> {
  const child = spawn(program, args, { stdio: ['ignore', ...stdio, 'pipe'], env });
  const exited = exitOf(child);
  const info = await readAll(child.stdio[3] as Readable);
  const pid = Number(/"child-pid": (\d+)/.exec(info)?.[1] ?? 0);
  const state = { over: false };
  void exited.then(() => {
    state.over = true;
  });
  while (pid > 0 && !state.over && !runsOwnProgram(pid, 'bwrap')) await delay(pollMs);
  if (pid === 0) throw new StartFailure('bwrap made no namespaces');
  return { pid, exited };
}

async function startContainer(
  pipes: Pipes,
  plan: ContainerPlan,
  { directory, holderPid }: { readonly directory: string; readonly holderPid: number },
): Promise<{ member: Member; running: RunningContainer }> {
  mkdirSync(directory, { recursive: true });
  const root = join(directory, 'rootfs');
  await plan.makeRoot(root);
  const stdout = await pipes.toRead();
  const stderr = await pipes.toRead();
  const outputs = (['stdout', 'stderr'] as const).map((stream) => {
    const reader = readPipe((stream === 'stdout' ? stdout : stderr).ourEnd);
    reader.onData((chunk) => plan.onOutput(chunk, stream));
    return reader.ended;
  });
  try {
    const member = await startInNamespaces(
      [...enterPod(holderPid), bwrap, ...containerFlags(plan, root), '--', ...plan.process.args],
      { stdio: [stdout.childEnd, stderr.childEnd], env: variables(plan.process) },
    );
    const running: RunningContainer = {
      pid: member.pid,
      exited: Promise.all([member.exited, ...outputs]).then(([code]) => code),
      signal: (name) => kill(member.pid, name),
      oomKills: () => 0,
      exec: (process) =>
        startExec(pipes, { process: inOwnSession(process, plan.setsid), pid: member.pid, holderPid }),
    };
    return { member, running };
  } finally {
    closeSync(stdout.childEnd);
    closeSync(stderr.childEnd);
  }
}

function containerFlags(plan: ContainerPlan, root: string): string[] {
  const { uid, gid, cwd } = plan.process;
  return [
    ...['--unshare-user', '--uid', String(uid), '--gid', String(gid)],
    ...['--unshare-pid', '--as-pid-1', '--die-with-parent', '--new-session', '--cap-drop', 'ALL'],
    ...['--bind', root, '/', '--dev', '/dev', '--proc', '/proc'],
    ...plan.mounts.flatMap(({ source, destination, readOnly }) => [
      readOnly ? '--ro-bind' : '--bind',
      source,
      destination,
    ]),
    ...['--dir', cwd, '--chdir', cwd],
    ...(plan.readOnlyRoot ? ['--remount-ro', '/'] : []),
    ...['--info-fd', '3'],
  ];
}

/** Into the pod's namespaces; those of a container hang below them and need a second step. */
const enterPod = (holderPid: number): string[] => [
  ...[setpriv, '--no-new-privs', nsenter, '--target', String(holderPid)],
  ...['--user', '--net', '--ipc', '--uts', '--preserve-credentials', '--'],
];

async function startExec(
  pipes: Pipes,
  { process: plan, pid, holderPid }: { process: ProcessPlan; pid: number; holderPid: number },
): Promise<ExecProcess> {
  const [stdin, stdout, stderr] = [await pipes.toWrite(), await pipes.toRead(), await pipes.toRead()];
  const enterContainer = [
    ...[nsenter, '--target', String(pid), '--user', '--mount', '--pid', '--preserve-credentials'],
    `--wdns=${plan.cwd}`,
    '--',
  ];
  const [program = '', ...args] = [...enterPod(holderPid), ...enterContainer, ...plan.args];
  const child = spawn(program, args, {
    stdio: [stdin.childEnd, stdout.childEnd, stderr.childEnd],
    env: variables(plan),
  });
  for (const { childEnd } of [stdin, stdout, stderr]) closeSync(childEnd);
  const out = readPipe(stdout.ourEnd);
  const err = readPipe(stderr.ourEnd);
  const exited = exitOf(child);
  const words = holdStartOutput(err, () => outcome);
  const outcome: Promise<number | StartFailure> = exited.then(async (code) => {
    if (!notExecuted.includes(code)) return code;
    await err.ended;
    return words.held() === '' ? code : asRuncSays(words.held(), plan, 'exec');
  });
  return {
    stdin: writePipe(stdin.ourEnd),
    stdout: out,
    stderr: words.stderr,
    exited: exited.then(() => undefined),
    ended: Promise.all([outcome, out.ended]).then(([result]) => result),
  };
}

const variables = ({ env }: ProcessPlan): Record<string, string> =>
  Object.fromEntries(env.map((entry) => [entry.split('=', 1)[0] ?? '', entry.slice(entry.indexOf('=') + 1)]));

async function readAll(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}
