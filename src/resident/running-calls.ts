// The calls of one resident: taken, stopped when asked, given up when nobody listens.
import { close, constants, open as openCallback } from 'node:fs';
import { promisify } from 'node:util';
import type { Call } from './call.ts';
import { type Caller, callerDescriptors, identityOf, readCaller } from './caller.ts';
import { checkSameFiles } from './check-same-files.ts';
import { checkSameStart } from './check-same-start.ts';
import type { Claims } from './claims.ts';
import type { Request } from './request.ts';
import type { Slots } from './slots.ts';

const openFile = promisify(openCallback);

/** At once; a launcher beyond them works alone. */
export const maxCalls = 1000;

/** Of a call: log, messages, the connections of its exec and its watch, and two for what it asks or reads meanwhile. */
const filesPerCall = 6;
/** Free slots, idle connections, and Node's own. */
const filesOfOurs = 160;

const megabyte = 1024 * 1024;

export interface RunningCallsInput {
  readonly uid: number;
  /** With which this process started. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Bytes that this process takes; beyond `maxMemory` a launcher works alone. */
  readonly memory: () => number;
  /** Bytes. */
  readonly maxMemory: number;
  /** That this process may have open at once (`ulimit -n`). */
  readonly maxFiles: number;
  readonly slots: Slots;
  readonly claims: Claims;
  /** Runs the stage, answers, and closes both descriptors. */
  readonly serve: (call: Call) => Promise<void>;
  /** Our own log, a line each. */
  readonly report: (line: string) => void;
}

export interface RunningCalls {
  readonly count: () => number;
  /** How many were answered. */
  readonly served: () => number;
  readonly handle: (request: Request) => void;
  /** Gives up those whose launcher, or its GitLab Runner, was killed. */
  readonly giveUpDead: () => Promise<void>;
  /** Settles when none is left. */
  readonly ended: () => Promise<void>;
}

interface RunningCall {
  readonly stop: AbortController;
  readonly abandon: AbortController;
  readonly ended: Promise<undefined>;
  caller: Caller | null;
}

export function openRunningCalls(input: RunningCallsInput): RunningCalls {
  const running = new Map<string, RunningCall>();
  let served = 0;
  const refuse = async ({ slot, pid }: CallRequest, why: string): Promise<void> => {
    input.report(`A launcher works alone: ${why}.`);
    // On a full disk, or where a call was answered half: it finds out by itself.
    if ((await input.claims.holderOf(slot)) === pid)
      await input.claims.answer(slot, 'alone').catch(() => undefined);
    await input.slots.drop(slot);
  };
  const add = (request: CallRequest): void => {
    if (running.has(request.slot)) return;
    const full = whyFull(running.size, input);
    if (full !== null) {
      void refuse(request, full);
      return;
    }
    const stop = new AbortController();
    const abandon = new AbortController();
    abandon.signal.addEventListener('abort', () => stop.abort());
    const ended = Promise.withResolvers<undefined>();
    const call: RunningCall = { stop, abandon, ended: ended.promise, caller: null };
    running.set(request.slot, call);
    const answer: Claims['answer'] = async (...words) => {
      await input.claims.answer(...words);
      served += 1;
    };
    void serveCall(request, call, { ...input, claims: { ...input.claims, answer } })
      .catch((error: unknown) => refuse(request, (error as Error).message))
      .finally(() => {
        running.delete(request.slot);
        ended.resolve(undefined);
      });
  };
  return {
    count: () => running.size,
    served: () => served,
    handle: (request) => {
      if (request.kind === 'call') add(request);
      else stopCall(running.get(request.slot));
    },
    giveUpDead: async () => {
      for (const { caller, abandon } of running.values())
        if (caller && (await identityOf(caller.pid)) !== caller.identity) abandon.abort();
    },
    ended: async () => {
      await Promise.all([...running.values()].map((call) => call.ended));
    },
  };
}

type CallRequest = Extract<Request, { kind: 'call' }>;

/** As a process of its own takes signals: the first one ends in good order, the second one at once. */
function stopCall(call: RunningCall | undefined): void {
  if (call?.stop.signal.aborted) call.abandon.abort();
  call?.stop.abort();
}

function whyFull(calls: number, { memory, maxMemory, maxFiles }: RunningCallsInput): string | null {
  if (calls >= maxCalls) return `${maxCalls} calls are running`;
  if (filesOfOurs + (calls + 1) * filesPerCall > maxFiles)
    return `${calls} calls are running, and the resident may open ${maxFiles} files (LimitNOFILE)`;
  const used = memory();
  if (used <= maxMemory) return null;
  const [usedMegabytes, maxMegabytes] = [used, maxMemory].map((bytes) => Math.round(bytes / megabyte));
  return `the resident uses ${usedMegabytes} MiB of memory, more than its limit of ${maxMegabytes} MiB`;
}

async function serveCall(
  { slot, pid, argumentCount, delivered }: CallRequest,
  call: RunningCall,
  { uid, env, slots, claims, serve }: RunningCallsInput,
): Promise<void> {
  if ((await claims.holderOf(slot)) !== pid) throw new Error(`process ${pid} has not claimed ${slot}`);
  call.caller = await readCaller({ pid, argumentCount, log: slots.pathOf(slot), uid });
  checkSameStart(call.caller, env);
  await checkSameFiles(call.caller);
  const descriptors = await openDescriptors(slot, pid, slots);
  const { stop, abandon, caller } = call;
  await serve({
    ...caller,
    ...descriptors,
    delivered,
    signal: stop.signal,
    orphaned: abandon.signal,
    abandon: () => abandon.abort(),
    answer: (exitCode) => claims.answer(slot, exitCode),
  });
}

async function openDescriptors(
  slot: string,
  pid: number,
  slots: Slots,
): Promise<Pick<Call, 'log' | 'messages'>> {
  const messages = await openFile(
    `/proc/${pid}/fd/${callerDescriptors.messages}`,
    constants.O_WRONLY | constants.O_NONBLOCK | constants.O_APPEND,
  );
  try {
    return { messages, log: await slots.take(slot) };
  } catch (error) {
    close(messages);
    throw error;
  }
}
