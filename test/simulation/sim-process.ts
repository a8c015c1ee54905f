// A process as the kernel sees one: whatever reaches it from outside goes through `deliver`, so that nothing happens in a dead one,
// and nothing in a stopped one until it continues.
import { AsyncLocalStorage } from 'node:async_hooks';

export interface SimProcess {
  readonly name: string;
  readonly state: () => 'running' | 'stopped' | 'dead';
  /** Runs it as a part of this process: now, when it continues, or never. */
  readonly deliver: (act: () => void) => void;
  /** SIGSTOP, SIGCONT, and any end: SIGKILL or an exit. */
  readonly stop: () => void;
  readonly continue: () => void;
  readonly end: () => void;
  /** What the kernel does then: its connections break, its pipes close. */
  readonly onEnd: (act: () => void) => void;
}

const inside = new AsyncLocalStorage<SimProcess>();

/** Whose code runs just now. */
export const currentProcess = (): SimProcess | undefined => inside.getStore();

export function newProcess(name: string): SimProcess {
  let state: 'running' | 'stopped' | 'dead' = 'running';
  let held: (() => void)[] = [];
  let ends: (() => void)[] = [];
  const self: SimProcess = {
    name,
    state: () => state,
    deliver: (act) => {
      if (state === 'running') inside.run(self, act);
      else if (state === 'stopped') held.push(act);
    },
    stop: () => {
      if (state === 'running') state = 'stopped';
    },
    continue: () => {
      if (state !== 'stopped') return;
      state = 'running';
      const missed = held;
      held = [];
      for (const act of missed) self.deliver(act);
    },
    end: () => {
      if (state === 'dead') return;
      state = 'dead';
      held = [];
      const acts = ends;
      ends = [];
      for (const act of acts) inside.exit(act);
    },
    onEnd: (act) => {
      if (state === 'dead') inside.exit(act);
      else ends.push(act);
    },
  };
  return self;
}
