// Go's context.Context, as far as the runner uses it: a tree of works, each of which can be over by cancel or by deadline.
import { contextCanceled, contextDeadline, type Failure } from './failure.ts';

export interface Context {
  /** null: not over. */
  failure(): Failure | null;
  /** Fires when it is over. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch; Infinity: none. */
  readonly deadline: number;
  /** Also lets go of the timer: call it at the end of the work. */
  cancel(): void;
}

/** setTimeout fires at once beyond this. */
const maxTimerMs = 2 ** 31 - 1;

/** `cause`: what `failure` is when this deadline, and not the parent's, is over. */
export function childContext(
  parent: Context | null,
  {
    timeoutMs = Infinity,
    cause = contextDeadline,
  }: { readonly timeoutMs?: number; readonly cause?: Failure } = {},
): Context {
  const controller = new AbortController();
  let failure: Failure | null = null;
  const end = (reason: Failure): void => {
    if (failure !== null) return;
    failure = reason;
    clearTimeout(timer);
    controller.abort();
  };
  const ownDeadline = Date.now() + timeoutMs;
  const isOwn = ownDeadline < (parent?.deadline ?? Infinity);
  const timer = isOwn && timeoutMs <= maxTimerMs ? setTimeout(() => end(cause), timeoutMs) : undefined;
  // In a runner that died nobody cancels it any more; it must not keep the process.
  timer?.unref();
  const follow = () => end(parent?.failure() ?? contextCanceled);
  if (parent?.failure()) follow();
  else parent?.signal.addEventListener('abort', follow, { once: true });
  return {
    failure: () => failure,
    signal: controller.signal,
    deadline: Math.min(ownDeadline, parent?.deadline ?? Infinity),
    cancel: () => end(contextCanceled),
  };
}

/** Resolves when the context is over. */
export function over(context: Context): Promise<void> {
  if (context.failure() !== null) return Promise.resolve();
  return new Promise((resolve) => {
    context.signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
