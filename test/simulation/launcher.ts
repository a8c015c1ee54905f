// What GitLab Runner starts (scripts/launcher/gitlab-pod-executor): hands over to a resident, or becomes a process of its own.
import { continuationOf } from '../../cmd/run.ts';
import type { Pipe, PipeWriter } from './pipe.ts';
import type { Caller, Resident, Slot } from './resident.ts';
import { newProcess, type SimProcess } from './sim-process.ts';
import { execute, outputTo, type StageCall } from './stage-execution.ts';
import { between, pause, type World } from './world.ts';

/** `code` is null when a signal ended it. */
export interface StageEnd {
  readonly code: number | null;
}

export interface Launched {
  readonly process: SimProcess;
  readonly ended: Promise<StageEnd>;
  readonly term: () => void;
}

const systemFailure = 2;
const dead: StageEnd = { code: null };
const pumpBytes = 65_536;
const parentCheckMilliseconds = 2000;

interface Launcher extends Caller {
  readonly world: World;
  /** By a shell's trap, by Node, or by nobody: then the process ends. */
  onTerm: () => void;
  isStopped: boolean;
  /** The resident knows of it. */
  isTold: boolean;
  handOvers: number;
  readonly exit: (code: number | null) => void;
}

export function launch(world: World, call: StageCall, hasParent: () => boolean): Launched {
  const process = newProcess(`launcher of ${call.argv.join(' ')}`);
  world.processes.add(process);
  const { promise, resolve } = Promise.withResolvers<StageEnd>();
  const launcher: Launcher = {
    ...{ world, process, call, hasParent },
    onTerm: () => launcher.exit(null),
    ...{ isStopped: false, isTold: false, handOvers: 0 },
    exit: (code) => {
      resolve({ code });
      process.end();
    },
  };
  process.onEnd(() => {
    world.processes.delete(process);
    resolve(dead);
  });
  process.deliver(() => void go(launcher));
  return { process, ended: promise, term: () => process.deliver(() => launcher.onTerm()) };
}

async function go(launcher: Launcher): Promise<void> {
  const { world, process } = launcher;
  await pause(world, process, between(world, 1, 4));
  let handed = await tryResident(launcher, undefined);
  // One that ended, and did not refuse, may be started again.
  for (let looks = 0; looks < maxLooks && handed && mayAskAgain(launcher, handed); looks += 1) {
    await pause(world, process, lookMilliseconds);
    if (!launcher.isStopped) handed = (await tryResident(launcher, handed.delivered)) ?? handed;
  }
  launcher.onTerm = () => launcher.exit(null);
  if (handed && process.state() !== 'dead')
    world.tell(`${process.name} goes on alone from ${handed.delivered}`);
  await workAlone(launcher, world.mutation === 'starts-again' ? undefined : handed?.delivered);
}

const maxLooks = 5;
const maxHandOvers = 3;
const lookMilliseconds = 1000;

interface HandedOver {
  /** As `dd` says; empty: nobody knows. */
  readonly delivered: string;
  readonly isRefused: boolean;
}

const mayAskAgain = (
  { process, isStopped, handOvers }: Launcher,
  { delivered, isRefused }: HandedOver,
): boolean =>
  process.state() !== 'dead' && !isStopped && !isRefused && delivered !== '' && handOvers < maxHandOvers;

/** @returns null when there is none */
async function tryResident(launcher: Launcher, delivered: string | undefined): Promise<HandedOver | null> {
  const { world, process } = launcher;
  const server = world.resident;
  if (!server?.isServing() || server.process.state() !== 'running') return null;
  await pause(world, process, between(world, 0, 2));
  const slot = claim(server, process);
  launcher.isTold = false;
  launcher.handOvers += slot ? 1 : 0;
  return slot && handOver(launcher, server, slot, delivered);
}

function claim(server: Resident, process: SimProcess): Slot | null {
  for (const slot of server.free) {
    if (slot.claimedBy) continue;
    slot.claimedBy = process;
    return slot;
  }
  return null;
}

async function handOver(
  launcher: Launcher,
  server: Resident,
  slot: Slot,
  before: string | undefined,
): Promise<HandedOver> {
  const { world, process, call } = launcher;
  // The end of the log that keeps the opening of it from waiting.
  const own = slot.log.openWriter(process);
  const pump = startPump(world, slot.log, call.log);
  let isAsked = false;
  launcher.onTerm = () => {
    launcher.isStopped = true;
    if (!isAsked) return;
    launcher.isTold = true;
    server.ask({ kind: 'stop', slot });
  };
  await pause(world, process, between(world, 0, 3));
  server.ask({
    kind: 'call',
    slot,
    caller: launcher,
    delivered: before === undefined ? null : Number(before),
  });
  await pause(world, process, 0.1);
  isAsked = true;
  own.close();
  if (launcher.isStopped && !launcher.isTold) launcher.onTerm();
  // A signal ends a wait, and not the pump.
  await new Promise<void>((resolve) => pump.process.onEnd(() => process.deliver(resolve)));
  // The resident may be about to start the script.
  if (pump.isKilled() && call.argv[0] === 'run') launcher.exit(systemFailure);
  const answer = pump.isKilled() ? null : slot.answer;
  const code = answer ?? (world.mutation === 'end-is-success' ? 0 : null);
  if (typeof code === 'number') launcher.exit(code);
  // The trap stands until the launcher knows that it goes on alone.
  launcher.onTerm = () => {
    launcher.isStopped = true;
  };
  const count = countOf(world, pump);
  return {
    isRefused: code === 'alone',
    delivered: count === '' ? '' : `${Number(before ?? 0) + Number(count)}`,
  };
}

function countOf({ mutation }: World, pump: Pump): string {
  const count = pump.count();
  if (count === null) return '';
  const wrong = mutation === 'delivered-too-many' ? 1 : mutation === 'delivered-too-few' ? -1 : 0;
  return `${Math.max(0, count + wrong)}`;
}

interface Pump {
  readonly process: SimProcess;
  readonly count: () => number | null;
  /** By somebody, and what it had read is lost. */
  readonly isKilled: () => boolean;
}

/** dd: TERM does not end it. What it counts, the reader has. */
function startPump(world: World, from: Pipe, to: Pipe): Pump {
  const process = newProcess('pump');
  world.processes.add(process);
  process.onEnd(() => world.processes.delete(process));
  const writer = to.openWriter(process);
  let written = 0;
  let count: number | null = null;
  let isBusy = false;
  let isLeft = false;
  const move = (): void => {
    if (isBusy || process.state() === 'dead') return;
    const bytes = from.read(pumpBytes);
    if (bytes === null) {
      count = written;
      process.end();
    } else if (bytes.byteLength > 0) {
      isBusy = true;
      writer.write(bytes, (isWritten) => {
        isBusy = false;
        if (isWritten) written += bytes.byteLength;
        else {
          isLeft = true;
          process.end();
        }
        move();
      });
    }
  };
  from.setReader(() => void world.clock.after(0.2, () => process.deliver(move)));
  process.onEnd(() => from.closeReader());
  return { process, count: () => count, isKilled: () => count === null && !isLeft };
}

async function workAlone(launcher: Launcher, delivered: string | undefined): Promise<void> {
  const { world, process, call, hasParent } = launcher;
  if (process.state() === 'dead') return;
  // Node starts: until its handlers stand, TERM ends it.
  await pause(world, process, between(world, 20, 60));
  const stop = new AbortController();
  const abandon = new AbortController();
  abandon.signal.addEventListener('abort', () => stop.abort());
  launcher.onTerm = () => {
    if (stop.signal.aborted) abandon.abort();
    stop.abort();
  };
  if (launcher.isStopped) stop.abort();
  const checkParent = (): void => {
    if (!hasParent()) abandon.abort();
    world.clock.after(parentCheckMilliseconds, () => process.deliver(checkParent));
  };
  world.clock.after(parentCheckMilliseconds, () => process.deliver(checkParent));
  const open = (pipe: Pipe): PipeWriter => pipe.openWriter(process);
  const env = { ...call.env, ...(delivered !== undefined && { GITLAB_POD_EXECUTOR_DELIVERED: delivered }) };
  const exitCode = await execute(world, {
    process,
    call,
    output: outputTo({ log: open(call.log), messages: open(call.messages) }, () => abandon.abort()),
    continuation: continuationOf(env),
    signal: stop.signal,
    orphaned: abandon.signal,
  });
  launcher.exit(exitCode);
}
