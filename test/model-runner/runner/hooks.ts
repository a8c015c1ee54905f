// Things that happen to a job while it runs, set off by what its log says.
import type { RemoteJob } from '../gitlab/remote-job.ts';
import type { Hook, HookAction } from '../options.ts';
import type { RunnerProcess } from './runner-process.ts';

export interface WatchedHooks {
  /** Waits for what was set off; drops what was not. Rejects when a hook's function failed. */
  settled(): Promise<void>;
}

export function watchHooks(
  hooks: readonly Hook[],
  world: { readonly remote: RemoteJob; readonly runner: RunnerProcess },
): WatchedHooks {
  const waiting = new Set(hooks);
  const timers = new Set<NodeJS.Timeout>();
  const works: Promise<unknown>[] = [];
  const fire = (hook: Hook): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      const work = act(hook.do, world);
      // Awaited in settled(); until then a failed hook must not end the process.
      work.catch(() => undefined);
      works.push(work);
    }, hook.afterMs ?? 0);
    timers.add(timer);
  };
  world.remote.onLog(() => {
    const text = world.remote.readableTrace();
    for (const hook of waiting) {
      if (text.search(hook.trace) === -1) continue;
      waiting.delete(hook);
      fire(hook);
    }
  });
  return {
    async settled() {
      waiting.clear();
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(works);
    },
  };
}

const remoteEnds = { cancel: 'canceling', 'cancel-hard': 'canceled', fail: 'failed' } as const;
const signals = {
  'runner-sigquit': 'SIGQUIT',
  'runner-sigint': 'SIGINT',
  'runner-sigterm': 'SIGTERM',
  'runner-sigkill': 'SIGKILL',
} as const;

async function act(
  action: HookAction | (() => unknown),
  { remote, runner }: { readonly remote: RemoteJob; readonly runner: RunnerProcess },
): Promise<void> {
  if (typeof action === 'function') await action();
  else if (action === 'cancel' || action === 'cancel-hard' || action === 'fail')
    remote.end(remoteEnds[action]);
  else runner.signal(signals[action]);
}
