// A cluster made of a plain object of answers. Whatever has no answer fails the test; every call is recorded.
import type {
  Cluster,
  ClusterEvent,
  ExecOptions,
  ExecResult,
  Pod,
  PodChange,
} from '../../src/cluster/cluster.ts';
import { unusedCluster } from './unused-cluster.ts';

export interface FakeCluster extends Cluster {
  /** Names of methods in the order of their calls. */
  readonly calls: string[];
  /** The arguments of the calls of one method. */
  of<M extends keyof Cluster>(method: M): Cluster[M] extends (...args: infer A) => unknown ? A[] : never;
}

export function fakeCluster(answers: Partial<Cluster> = {}): FakeCluster {
  const calls: { readonly method: string; readonly args: unknown[] }[] = [];
  const entries = Object.entries({ close: () => undefined, ...answers }).map(([method, answer]) => {
    if (typeof answer !== 'function') return [method, answer];
    const act = answer as (...args: unknown[]) => unknown;
    return [
      method,
      (...args: unknown[]) => {
        calls.push({ method, args });
        return act(...args);
      },
    ];
  });
  return {
    ...unusedCluster,
    ...(Object.fromEntries(entries) as Partial<Cluster>),
    get calls() {
      return calls.map(({ method }) => method);
    },
    of: (method) => calls.filter((call) => call.method === method).map(({ args }) => args) as never,
  };
}

/** One step of a scripted watch: something that is seen, or a wait until the watch is ended. */
export type Step<T> = T | 'wait' | Error | (() => T | undefined | Promise<T | undefined>);

/** A watch as a real client's: an async generator that, after its steps, waits for its signal. */
export async function* watchOf<T>(
  steps: readonly Step<T>[],
  signal: AbortSignal | undefined,
): AsyncGenerator<T> {
  for (const step of steps) {
    if (signal?.aborted) return;
    if (step === 'wait') await untilAborted(signal);
    else if (step instanceof Error) throw step;
    else if (typeof step === 'function') {
      const seen = await (step as () => T | undefined | Promise<T | undefined>)();
      if (seen !== undefined) yield seen;
    } else yield step;
  }
  await untilAborted(signal);
}

export function watchesOf({
  pods = [],
  events = [],
}: {
  readonly pods?: readonly Step<PodChange>[];
  readonly events?: readonly Step<ClusterEvent>[];
}): Pick<Cluster, 'watchPod' | 'watchEvents'> {
  return {
    watchPod: (_, { signal }) => watchOf(pods, signal),
    watchEvents: (_, { signal }) => watchOf(events, signal),
  };
}

function untilAborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener('abort', () => resolve());
  });
}

export const changed = (pod: Pod): PodChange => ({ kind: 'changed', pod });

/** An exec that says this and ends so. */
export function answering(
  stdout: string,
  {
    stderr = '',
    end = { kind: 'exited', code: 0 },
  }: { readonly stderr?: string; readonly end?: ExecResult } = {},
): (request: ExecOptions) => Promise<ExecResult> {
  return async (request) => {
    if (request.signal?.aborted) return { kind: 'lost', message: 'aborted' };
    await request.stdout(Buffer.from(stdout));
    await request.stderr(Buffer.from(stderr));
    return end;
  };
}
