import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ExecOptions, ExecResult } from '../../src/cluster/cluster.ts';
import { askContainer, type ContainerQuestion } from '../../src/stream/ask-container.ts';
import { answering, fakeCluster } from '../stage/fake-cluster.ts';

const exited: ExecResult = { kind: 'exited', code: 0 };
const lost: ExecResult = { kind: 'lost', message: 'reset' };

function ask(given: Partial<ContainerQuestion>) {
  return askContainer({
    cluster: fakeCluster({ exec: answering('', { end: exited }) }),
    pod: { name: 'job-1' },
    container: 'helper',
    command: ['/bin/sh', '-c', 'echo done'],
    maxBytes: 100,
    proof: 'done',
    milliseconds: 5000,
    ...given,
  });
}

describe('askContainer', () => {
  it('runs a command with nothing on its stdin', async () => {
    const cluster = fakeCluster({ exec: answering('one\ndone\n', { end: exited }) });
    expect(await ask({ cluster })).toEqual({ text: 'one\ndone\n', end: exited, isProven: true });
    expect(cluster.of('exec')[0]?.[0]).toMatchObject({
      pod: 'job-1',
      container: 'helper',
      command: ['/bin/sh', '-c', 'echo done'],
      stdin: new Uint8Array(),
    });
  });

  it.each<[string, string, ExecResult]>([
    ['a status without the last word', 'one\n', exited],
    ['the last word without a status', 'done\n', lost],
    ['the last word in the middle', 'done\none\n', exited],
    ['half of the last word', 'don', exited],
  ])('takes no proof from %s', async (_, text, end) => {
    expect((await ask({ cluster: fakeCluster({ exec: answering(text, { end }) }) })).isProven).toBe(false);
  });

  it('hands on all that is printed, and each line of stderr', async () => {
    const chunks: string[] = [];
    const lines: string[] = [];
    const cluster = fakeCluster({ exec: answering('one\ntwo\n', { stderr: 'stopped\nha', end: exited }) });
    const { text } = await ask({
      cluster,
      maxBytes: 0,
      onData: (chunk) => void chunks.push(Buffer.from(chunk).toString()),
      onLine: (line) => void lines.push(line),
    });
    expect([text, chunks, lines]).toEqual(['', ['one\ntwo\n'], ['stopped']]);
  });

  it('keeps no more of a flood than it may', async () => {
    const cluster = fakeCluster({ exec: answering(`${'x'.repeat(1000)}done\n`, { end: exited }) });
    const { text, isProven } = await ask({ cluster });
    expect([text, isProven]).toEqual(['x'.repeat(100), false]);
  });

  it.each<[string, (over: AbortController) => Partial<ContainerQuestion>]>([
    ['its time is over', () => ({ milliseconds: 20 })],
    ['its caller ends it', (over) => ({ signal: over.signal })],
  ])('ends when %s, however long the container is silent', async (_, given) => {
    const over = new AbortController();
    const exec = ({ signal }: ExecOptions): Promise<ExecResult> =>
      new Promise((resolve) => signal?.addEventListener('abort', () => resolve(lost)));
    const answer = ask({ cluster: fakeCluster({ exec }), ...given(over) });
    await sleep(20);
    over.abort();
    expect(await answer).toEqual({ text: '', end: lost, isProven: false });
  });
});
