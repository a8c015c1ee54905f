// A resident's calls in a process that may crash: one stage throws where nobody catches it, beside one that does not. The first argument
// says when: `running`, or `over`. Prints each exit code as it is answered.
import { openSync } from 'node:fs';
import { type StageFunction, serveCalls } from '../../cmd/resident/serve-calls.ts';

const [when = ''] = process.argv.slice(2);

const stages = new Map<string, StageFunction>([
  [
    'crash',
    (io) => {
      setTimeout(() => {
        throw new Error('a fault of ours');
      }, 50);
      return when === 'over' ? Promise.resolve() : untilAborted(io.signal);
    },
  ],
  ['quiet', () => new Promise((resolve) => setTimeout(resolve, 300))],
]);

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
}

const calls = serveCalls((line) => console.error(line), stages);

function call(name: string): Promise<void> {
  const abandon = new AbortController();
  return calls.serve({
    pid: process.pid,
    env: { SYSTEM_FAILURE_EXIT_CODE: '112' },
    argv: [name],
    workingDirectory: '/',
    delivered: null,
    log: openSync('/dev/null', 'w'),
    messages: openSync('/dev/stdout', 'a'),
    signal: abandon.signal,
    orphaned: abandon.signal,
    abandon: () => abandon.abort(),
    answer: (exitCode) => {
      console.log(`${name} ${exitCode}`);
      return Promise.resolve();
    },
  });
}

await Promise.all([call('crash'), call('quiet')]);
calls.close();
