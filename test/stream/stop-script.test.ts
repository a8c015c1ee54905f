import { describe, expect, it } from 'vitest';
import type { ExecEnd, ExecRequest } from '../../src/cluster/cluster.ts';
import { stopScript } from '../../src/stream/stop-script.ts';
import { stopAndDrain } from '../../src/stream/supervisor.ts';
import { fakeCluster } from '../stage/fake-cluster.ts';

const lost: ExecEnd = { kind: 'lost', message: 'reset' };
const exited: ExecEnd = { kind: 'exited', code: 0 };

interface Answer {
  readonly stdout?: readonly string[];
  readonly words?: readonly string[];
  readonly end?: ExecEnd;
}

/** Answers one exec after the other; the last for ever. */
async function stop(answers: Answer[], { written = 0, logLimit = 1000 } = {}) {
  const log: string[] = [];
  const cluster = fakeCluster({
    exec: async (request: ExecRequest) => {
      const {
        stdout = [],
        words = [],
        end = exited,
      } = (answers.length > 1 ? answers.shift() : answers[0]) ?? {};
      for (const chunk of stdout) await request.stdout(Buffer.from(chunk));
      for (const chunk of words) await request.stderr(Buffer.from(chunk));
      return end;
    },
  });
  const run = {
    cluster,
    pod: { name: 'job-1', uid: 'u' },
    container: 'build',
    shell: '/bin/sh',
    directory: '/.gitlab-pod-executor/scripts/run-x',
    timeouts: { reconnect: 1, stopGrace: 1.5 },
    logLimit,
    log: (chunk: Uint8Array) => {
      log.push(Buffer.from(chunk).toString());
      return undefined;
    },
  } as const;
  const isConfirmed = await stopScript(run, written);
  return { isConfirmed, log: log.join(''), execs: cluster.of('exec').map(([request]) => request) };
}

describe('stopScript', () => {
  it('sends the program that stops, with whole seconds of grace and the byte to go on from', async () => {
    const { isConfirmed, execs } = await stop([{ words: ['stopped\n'] }], { written: 7 });
    expect(isConfirmed).toBe(true);
    expect(execs).toHaveLength(1);
    expect(execs[0]).toMatchObject({
      pod: 'job-1',
      container: 'build',
      command: ['/bin/sh', '-c', stopAndDrain, 'sh', '/.gitlab-pod-executor/scripts/run-x', '2', '7'],
    });
  });

  it('delivers the rest of the log, over as many connections as it takes', async () => {
    const { isConfirmed, log, execs } = await stop(
      [
        { stdout: ['one\n', 'tw'], end: lost },
        { stdout: ['o\n'], words: ['sto', 'pped\n'] },
      ],
      { written: 10 },
    );
    expect([isConfirmed, log]).toEqual([true, 'one\ntwo\n']);
    expect(execs.map(({ command }) => command.at(-1))).toEqual(['10', '16']);
  });

  it('delivers no more than the log may have, and asks for nothing past that', async () => {
    const { log, execs } = await stop([{ stdout: ['12345', '67890'], end: lost }, { words: ['stopped\n'] }], {
      logLimit: 7,
    });
    expect(log).toBe('1234567');
    expect(execs.map(({ command }) => command.at(-1))).toEqual(['0', '-']);
  });

  it('is content when there was nothing to stop', async () => {
    expect((await stop([{ words: ['unstarted\n'] }])).isConfirmed).toBe(true);
  });

  it.each([
    ['a success that was made up', { end: exited }],
    ['a connection that breaks', { end: lost }],
    [
      'a refusal',
      {
        end: { kind: 'refused', httpStatus: 404, reason: 'NotFound', message: 'pod does not exist' } as const,
      },
    ],
    ['other words', { words: ['stopped already\nnot stopped\nSTOPPED\n stopped\nunstarted\r\n'] }],
    ['its word at the beginning of a flood', { words: ['stopped', 'x'.repeat(10_000)] }],
  ])('is not confirmed by %s, and tries three times', async (_, answer) => {
    const { isConfirmed, execs } = await stop([answer]);
    expect([isConfirmed, execs.length]).toEqual([false, 3]);
  });

  it('does not wait for ever for one answer', async () => {
    const { execs } = await stop([{ words: ['stopped\n'] }]);
    expect(execs[0]!.signal).toBeInstanceOf(AbortSignal);
    expect(execs[0]!.signal!.aborted).toBe(false);
  });
});
