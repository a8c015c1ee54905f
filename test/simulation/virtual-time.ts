// A clock that jumps from one event to the next. While it is installed, every timer of the product's code waits for it: a job of
// minutes takes milliseconds, and the order of events depends on the seed alone.
import { syncBuiltinESMExports } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers';
import timersPromises from 'node:timers/promises';
import { currentProcess } from './sim-process.ts';

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since the simulation began. */
  readonly now: () => number;
  /** Events so far. */
  readonly steps: () => number;
  /** For the models: nobody's timer. */
  readonly after: (milliseconds: number, act: () => void) => Timer;
  /** Runs events until `isDone`. @returns false when there are none left, or it is later than `until` */
  readonly run: (isDone: () => boolean, until: number, onStep: () => void) => Promise<boolean>;
}

interface Event {
  readonly at: number;
  readonly order: number;
  act: (() => void) | null;
}

export function newClock(): Clock {
  const heap: Event[] = [];
  let now = 0;
  let order = 0;
  let steps = 0;
  const after: Clock['after'] = (milliseconds, act) => {
    const event: Event = { at: now + Math.max(0, milliseconds || 0), order: order++, act };
    push(heap, event);
    return {
      cancel: () => {
        event.act = null;
      },
    };
  };
  return {
    now: () => now,
    steps: () => steps,
    after,
    run: async (isDone, until, onStep) => {
      for (;;) {
        await settle();
        if (isDone()) return true;
        const event = pop(heap);
        if (event === undefined || event.at > until) return false;
        if (event.act === null) continue;
        now = event.at;
        steps += 1;
        event.act();
        onStep();
      }
    },
  };
}

/** Until whatever waits for promises alone has gone as far as it can. */
function settle(): Promise<void> {
  return new Promise((resolve) => void nextTurn(resolve));
}

const isBefore = (one: Event, other: Event): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

function push(heap: Event[], event: Event): void {
  let at = heap.push(event) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(event, heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = event;
}

function pop(heap: Event[]): Event | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || first === last) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
    if (!isBefore(heap[child]!, last)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
  return first;
}

/** A timer of the product's code belongs to the process that made it: it does not go off in a dead one, nor in a stopped one. */
function ownedTimer(clock: Clock, milliseconds: number, act: () => void): Timer {
  const owner = currentProcess();
  return clock.after(milliseconds, owner ? () => owner.deliver(act) : act);
}

/** @returns what puts the real ones back */
export function installClock(clock: Clock): () => void {
  const real = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    sleep: timersPromises.setTimeout,
    timeout: AbortSignal.timeout.bind(AbortSignal),
    dateNow: Date.now,
  };
  const start = Date.UTC(2026, 10, 21);
  Object.assign(globalThis, virtualTimers(clock));
  Object.assign(timersPromises, { setTimeout: virtualSleep(clock) });
  AbortSignal.timeout = (milliseconds) => {
    const late = new AbortController();
    ownedTimer(clock, milliseconds, () => late.abort(new DOMException('too late', 'TimeoutError')));
    return late.signal;
  };
  Date.now = () => start + clock.now();
  Object.defineProperty(performance, 'now', { value: clock.now, configurable: true });
  syncBuiltinESMExports();
  return () => {
    Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
    Object.assign(timersPromises, { setTimeout: real.sleep });
    AbortSignal.timeout = real.timeout;
    Date.now = real.dateNow;
    Reflect.deleteProperty(performance, 'now');
    syncBuiltinESMExports();
  };
}

function virtualTimers(clock: Clock) {
  return {
    setTimeout: (act: (...args: unknown[]) => void, milliseconds = 0, ...args: unknown[]) => {
      const timer = ownedTimer(clock, milliseconds, () => act(...args));
      return Object.assign(timer, { ref: () => timer, unref: () => timer });
    },
    clearTimeout: (timer: Timer | undefined) => timer?.cancel(),
  };
}

function virtualSleep(clock: Clock) {
  return <T>(milliseconds = 0, value?: T, { signal }: { readonly signal?: AbortSignal } = {}): Promise<T> =>
    new Promise((resolve, reject) => {
      const aborted = (): void =>
        reject(Object.assign(new Error('aborted', { cause: signal?.reason }), { name: 'AbortError' }));
      if (signal?.aborted) {
        aborted();
        return;
      }
      const timer = ownedTimer(clock, milliseconds, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve(value as T);
      });
      const onAbort = (): void => {
        timer.cancel();
        aborted();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
    });
}
