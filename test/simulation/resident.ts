// The resident as launchers see it (src/resident, cmd/resident): slots, claims, requests, answers. The stages that it runs are the
// product's own.
import type { StageOutput } from '../../cmd/stage-process/stage-output.ts';
import { openScriptSessions, type ScriptSessions } from '../../src/stream/sessions/script-sessions.ts';
import { newPipe, type Pipe, type PipeWriter } from './pipe.ts';
import { newProcess, type SimProcess } from './sim-process.ts';
import { execute, outputTo, randomMark, randomName, type StageCall } from './stage-execution.ts';
import { between, happens, pause, type World } from './world.ts';

export interface Slot {
  readonly name: string;
  readonly log: Pipe;
  /** What keeps it open until it is taken or dropped. */
  readonly holder: PipeWriter;
  claimedBy: SimProcess | null;
  /** `alone`: the resident refused. */
  answer: number | 'alone' | null;
}

export interface Resident {
  readonly process: SimProcess;
  readonly isServing: () => boolean;
  /** Those that wait for a launcher. */
  readonly free: Set<Slot>;
  readonly running: () => number;
  readonly ask: (request: Request) => void;
  /** SIGTERM */
  readonly drain: () => void;
}

export interface Caller {
  readonly process: SimProcess;
  readonly call: StageCall;
  /** Its GitLab Runner lives. */
  readonly hasParent: () => boolean;
}

type Request =
  | {
      readonly kind: 'call';
      readonly slot: Slot;
      readonly caller: Caller;
      /** By residents before; null: it is the first. */
      readonly delivered: number | null;
    }
  | { readonly kind: 'stop'; readonly slot: Slot };

type CallRequest = Extract<Request, { kind: 'call' }>;

interface RunningCall {
  readonly caller: Caller;
  readonly delivered: number | null;
  readonly sessions: ScriptSessions;
  readonly stop: AbortController;
  readonly abandon: AbortController;
}

const spareSlots = 4;
const checkMilliseconds = 2000;
const drainMilliseconds = 15_000;

export function startResident(world: World): Resident {
  const process = newProcess(`resident ${world.number()}`);
  const free = new Set<Slot>();
  const running = new Map<Slot, RunningCall>();
  let isServing = false;
  let isDraining = false;
  const refill = (): void => {
    while (!isDraining && free.size < spareSlots) {
      const log = newPipe();
      free.add({
        name: randomName(world),
        log,
        holder: log.openWriter(process),
        claimedBy: null,
        answer: null,
      });
    }
  };
  const drop = (slot: Slot): void => {
    free.delete(slot);
    slot.holder.close();
  };
  const sessions = openScriptSessions(() => randomMark(world));
  const take = ({ slot, caller, delivered }: CallRequest): void => {
    if (running.has(slot)) return;
    const call: RunningCall = {
      caller,
      delivered,
      sessions,
      stop: new AbortController(),
      abandon: new AbortController(),
    };
    call.abandon.signal.addEventListener('abort', () => call.stop.abort());
    running.set(slot, call);
    void serve(world, process, slot, call, drop).finally(() => running.delete(slot));
    refill();
  };
  const check = (): void => {
    for (const { caller, abandon } of running.values())
      if (caller.process.state() === 'dead' || !caller.hasParent()) abandon.abort();
    for (const slot of free) if (slot.claimedBy?.state() === 'dead') drop(slot);
    refill();
    world.clock.after(checkMilliseconds, () => process.deliver(check));
  };
  world.clock.after(between(world, 30, 400), () =>
    process.deliver(() => {
      refill();
      isServing = true;
      check();
    }),
  );
  const endWhenIdle = async (): Promise<void> => {
    const until = world.clock.now() + drainMilliseconds;
    while (running.size > 0 && world.clock.now() < until) await pause(world, process, 50);
    sessions.closeAll();
    process.end();
  };
  return {
    process,
    free,
    isServing: () => isServing && process.state() !== 'dead',
    running: () => running.size,
    ask: (request) =>
      // The FIFO holds it until somebody reads.
      process.deliver(() => {
        if (request.kind === 'call') take(request);
        else stopCall(running.get(request.slot));
      }),
    drain: () =>
      process.deliver(() => {
        if (isDraining) return;
        isDraining = true;
        for (const slot of free) drop(slot);
        void endWhenIdle();
      }),
  };
}

function stopCall(call: RunningCall | undefined): void {
  if (call?.stop.signal.aborted) call.abandon.abort();
  call?.stop.abort();
}

async function serve(
  world: World,
  process: SimProcess,
  slot: Slot,
  { caller, stop, abandon, delivered, sessions }: RunningCall,
  drop: (slot: Slot) => void,
): Promise<void> {
  await pause(world, process, between(world, 1, 6));
  if (caller.process.state() === 'dead' || !slot.log.hasReader()) {
    drop(slot);
    return;
  }
  if (happens(world, 0.02)) {
    slot.answer = 'alone';
    drop(slot);
    return;
  }
  const log = slot.log.openWriter(process);
  drop(slot);
  const output = outputTo({ log, messages: caller.call.messages.openWriter(process) }, () => abandon.abort());
  const exitCode = await execute(world, {
    process,
    call: caller.call,
    output: world.mutation === 'answers-too-early' ? hasty(output) : output,
    sessions,
    continuation: delivered === null ? { kind: 'kept' } : { kind: 'continued', delivered, isKept: true },
    signal: stop.signal,
    orphaned: abandon.signal,
  });
  await pause(world, process, 0.1);
  slot.answer = exitCode;
  await pause(world, process, 0.1);
  output.close();
}

/** Says that all is written before it is. */
function hasty(output: StageOutput): StageOutput {
  return {
    ...output,
    write: (to, bytes) => {
      output.write(to, bytes).catch(() => undefined);
      return Promise.resolve();
    },
    written: () => Promise.resolve(),
  };
}
