// Ends a script and all that it left behind in its container, and delivers the rest of its log. The pod lives on.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScriptRun } from './script-run.ts';
import { stopAndDrain } from './supervisor.ts';

/** Tries to reach the container before we give up; the pod's deadline ends the script then. */
const mostAttempts = 3;
const pauseMilliseconds = 500;
/** Beyond the grace: for the connection and the rest of the log. */
const extraMilliseconds = 20_000;

/**
 * @param written bytes of the log that the caller has; the rest goes through `run.log`, up to `run.logLimit`
 * @returns whether the container confirmed that everything is ended
 */
export async function stopScript(
  run: Pick<
    ScriptRun,
    'cluster' | 'pod' | 'container' | 'shell' | 'directory' | 'log' | 'timeouts' | 'logLimit'
  >,
  written: number,
): Promise<boolean> {
  let offset = written;
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const { words, hear } = listenToStop();
    await run.cluster.exec({
      pod: run.pod.name,
      container: run.container,
      command: [
        run.shell,
        '-c',
        stopAndDrain,
        'sh',
        run.directory,
        `${Math.ceil(run.timeouts.stopGrace)}`,
        // Past the limit nobody wants the rest, however much of it there is.
        offset < run.logLimit ? `${offset}` : '-',
      ],
      stdin: new Uint8Array(),
      stdout: async (chunk) => {
        const kept = chunk.subarray(0, Math.max(run.logLimit - offset, 0));
        await run.log(kept);
        offset += chunk.byteLength;
      },
      stderr: hear,
      signal: AbortSignal.timeout(run.timeouts.stopGrace * 1000 + extraMilliseconds),
    });
    if (words.stopped) return true;
    if (attempt < mostAttempts) await sleep(pauseMilliseconds);
  }
  return false;
}

/** Longer than our words: a flood on channel 2 costs no memory. */
const longestLine = 200;

function listenToStop(): { words: { stopped: boolean }; hear: (chunk: Uint8Array) => undefined } {
  const words = { stopped: false };
  let rest = '';
  return {
    words,
    hear: (chunk) => {
      const lines = (rest + Buffer.from(chunk).toString('latin1')).split('\n');
      rest = (lines.pop() ?? '').slice(-longestLine);
      words.stopped ||= lines.some((line) => line === 'stopped' || line === 'unstarted');
      return undefined;
    },
  };
}
