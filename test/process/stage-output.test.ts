// What stages of one process say, each to its own reader.
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  fstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openStageOutput } from '../../cmd/stage-process/stage-output.ts';

const directory = mkdtempSync(join(tmpdir(), 'output-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const path = (name: string): string => join(directory, name);
const newFile = (name: string): number => openSync(path(name), 'a');
const openOutput = (log: number, messages: number) =>
  openStageOutput({ log, messages, areInherited: false }, () => undefined);

/** @returns its reader, and its writer */
function newFifo(name: string): [number, number] {
  execFileSync('mkfifo', [path(name)]);
  const reader = openSync(path(name), constants.O_RDONLY | constants.O_NONBLOCK);
  return [reader, openSync(path(name), constants.O_WRONLY | constants.O_NONBLOCK)];
}

describe('the output of a stage', () => {
  it('what a stage says after its end reaches no other call, whose files have its numbers by then', async () => {
    const [log, messages] = [newFile('log'), newFile('messages')];
    const output = openOutput(log, messages);
    await output.write('log', Buffer.from('said\n'));
    output.close();
    await vi.waitFor(() => expect(() => fstatSync(log)).toThrow('EBADF'));
    const next = [newFile('next-log'), newFile('next-messages')];
    expect(next).toEqual(expect.arrayContaining([log, messages]));
    await expect(output.write('log', Buffer.from('late\n'))).rejects.toThrow('the log is closed');
    await expect(output.write('messages', Buffer.from('late\n'))).rejects.toThrow('the log is closed');
    expect(
      [path('log'), path('next-log'), path('next-messages')].map((file) => readFileSync(file, 'utf8')),
    ).toEqual(['said\n', '', '']);
    for (const each of next) closeSync(each);
  });

  it('a reader that stands still holds its own stage back, after a pipe and one chunk, and no other', async () => {
    const chunk = Buffer.alloc(32_768, 'x');
    const [stuckReader, stuckLog] = newFifo('stuck');
    const stuck = openOutput(stuckLog, newFile('stuck-messages'));
    let taken = 0;
    const flood = (async () => {
      for (;;) {
        await stuck.write('log', chunk);
        taken += chunk.byteLength;
      }
    })();
    flood.catch(() => undefined);
    const [quietReader, quietLog] = newFifo('quiet');
    const quiet = openOutput(quietLog, newFile('quiet-messages'));
    for (let line = 1; line <= 100; line += 1) await quiet.write('log', Buffer.from(`${line}\n`));
    const said = Buffer.alloc(1000);
    expect(said.toString('utf8', 0, readSync(quietReader, said))).toMatch(/^1\n2\n.*\n100\n$/s);
    await vi.waitFor(() => expect(taken).toBeGreaterThan(0));
    expect(taken).toBeLessThanOrEqual(65_536);
    quiet.close();
    stuck.close();
    await expect(flood).rejects.toThrow();
    for (const reader of [stuckReader, quietReader]) closeSync(reader);
  });
});
