import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openStageOutput } from '../../cmd/stage-process/stage-output.ts';
import { watchLogDelivery } from '../../src/resident/log-delivery.ts';

const directory = mkdtempSync(join(tmpdir(), 'delivery-'));
const fifo = join(directory, 'log');
const trace = join(directory, 'trace');
let launcher: ChildProcess;
/** Keeps the FIFO from being without a reader while the pump begins. */
let held: number;

/** As the launcher's, which asks nobody before its pump is there, with one that begins late. @returns our end of the log */
function start(pump: string): number {
  execFileSync('mkfifo', [fifo]);
  held = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  launcher = spawn('sh', ['-c', `(${pump}) <"$1" >>"$2" & wait`, 'launcher', fifo, trace], {
    detached: true,
  });
  const children = `/proc/${launcher.pid}/task/${launcher.pid}/children`;
  while (readFileSync(children, 'latin1') === '');
  return openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
}

afterEach(() => {
  process.kill(-(launcher.pid ?? 0), 'SIGKILL');
  closeSync(held);
  rmSync(fifo, { force: true });
  rmSync(trace, { force: true });
});

const never = new AbortController().signal;

describe('the delivery of a log', () => {
  it('a message stands behind the log that came before it, however late its pump is', async () => {
    const log = start('sleep 0.3; exec dd bs=65536 2>/dev/null');
    const delivery = watchLogDelivery(launcher.pid ?? 0);
    const output = openStageOutput(
      {
        ...{ log, messages: openSync(trace, 'a'), areInherited: false },
        logReaches: (bytes) => delivery.reaches(bytes, never),
      },
      () => undefined,
    );
    await output.write('log', Buffer.from('last words\n'));
    await output.write('messages', Buffer.from('message\n'));
    output.close();

    expect(readFileSync(trace, 'utf8')).toBe('last words\nmessage\n');
  });

  it('a pump that writes nothing is waited for, and not for ever', async () => {
    const log = start('exec sleep 60');
    writeSync(log, 'x');
    await expect(watchLogDelivery(launcher.pid ?? 0).reaches(1, never)).resolves.toBeUndefined();
    closeSync(log);
  });

  it('a pump that is gone, or whose stage nobody listens to, is not waited for', async () => {
    const log = start('exec sleep 60');
    closeSync(log);
    await watchLogDelivery(launcher.pid ?? 0).reaches(1, AbortSignal.abort());
    await expect(watchLogDelivery(2 ** 30).reaches(1, never)).resolves.toBeUndefined();
  });
});
