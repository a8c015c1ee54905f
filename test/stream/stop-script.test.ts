import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Cluster, ExecOptions, ExecResult, Pod } from '../../src/cluster/cluster.ts';
import { stopAndDrain } from '../../src/in-container/commands.ts';
import { stopScript } from '../../src/stream/stop-script.ts';
import { fakeCluster } from '../stage/fake-cluster.ts';
import { runningPod } from './sandbox-cluster.ts';

const lost: ExecResult = { kind: 'lost', message: 'reset' };
const exited: ExecResult = { kind: 'exited', code: 0 };

interface Answer {
  readonly stdout?: readonly string[];
  readonly words?: readonly string[];
  /** `never`: the connection holds until it is given up. */
  readonly end?: ExecResult | 'never';
}

interface Given {
  readonly written?: number;
  readonly logLimit?: number;
  readonly pod?: Pod | null;
  readonly deletePod?: Cluster['deletePod'];
}

/** Answers one exec after the other; the last for ever. */
async function stop(
  answers: Answer[],
  { written = 0, logLimit = 1000, pod = runningPod(), ...given }: Given = {},
) {
  const log: string[] = [];
  const told: string[] = [];
  /** Milliseconds that those were given which did not answer. */
  const patience: number[] = [];
  const cluster = fakeCluster({
    exec: async (request: ExecOptions) => {
      const {
        stdout = [],
        words = [],
        end = exited,
      } = (answers.length > 1 ? answers.shift() : answers[0]) ?? {};
      for (const chunk of words) await request.stderr(Buffer.from(chunk));
      for (const chunk of stdout) await request.stdout(Buffer.from(chunk));
      if (end !== 'never') return end;
      if (request.signal?.aborted) return lost;
      const since = Date.now();
      return new Promise((resolve) =>
        request.signal?.addEventListener('abort', () => {
          patience.push(Date.now() - since);
          resolve(lost);
        }),
      );
    },
    getPod: () => Promise.resolve(pod),
    deletePod: given.deletePod ?? (() => Promise.resolve('deleting')),
  });
  await stopScript(
    {
      cluster,
      pod: { name: 'job-1', uid: 'uid-1' },
      container: 'build',
      shell: '/bin/sh',
      directory: '/.gitlab-pod-executor/scripts/run-x',
      timeouts: { reconnect: 1, stopGrace: 1.5 },
      logLimit,
      log: (chunk: Uint8Array) => {
        log.push(Buffer.from(chunk).toString());
        return undefined;
      },
      warn: (line) => told.push(line),
    },
    written,
  );
  return {
    log: log.join(''),
    told,
    patience,
    execs: cluster.of('exec').map(([request]) => request),
    deleted: cluster.of('deletePod').map(([it]) => it),
  };
}

const deletedInWords =
  "The build container did not answer: the script may still be running, so the job's pod is deleted, and the end of the log is missing.";

describe('stopScript', () => {
  it('sends the program that stops, with whole seconds of grace and the byte to go on from', async () => {
    const { told, deleted, execs } = await stop([{ words: ['stopped\n'] }], { written: 7 });
    expect([told, deleted]).toEqual([[], []]);
    expect(execs).toHaveLength(1);
    expect(execs[0]).toMatchObject({
      pod: 'job-1',
      container: 'build',
      command: stopAndDrain('/bin/sh', {
        directory: '/.gitlab-pod-executor/scripts/run-x',
        grace: 2,
        offset: 7,
      }),
    });
  });

  it('delivers the rest of the log, over as many connections as it takes, and gives one grace only', async () => {
    const { told, log, execs } = await stop(
      [
        { words: ['sto', 'pped\n'], stdout: ['one\n', 'tw'], end: lost },
        { words: ['stopped\n'], stdout: ['o\n'] },
      ],
      { written: 10 },
    );
    expect([told, log]).toEqual([[], 'one\ntwo\n']);
    expect(execs.map(({ command }) => command.slice(-2))).toEqual([
      ['2', '10'],
      ['0', '16'],
    ]);
  });

  it('delivers no more than the log may have, and wants nothing past that', async () => {
    const { log, told, execs } = await stop(
      [{ words: ['stopped\n'], stdout: ['12345', '67890'], end: 'never' }],
      { logLimit: 7 },
    );
    expect([log, told, execs.length]).toEqual(['1234567', [], 1]);
  });

  it('asks for nothing of a log that is too long already', async () => {
    const { execs } = await stop([{ words: ['stopped\n'] }], { written: 7, logLimit: 7 });
    expect(execs.map(({ command }) => command.at(-1))).toEqual(['-']);
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
  ])('believes not in %s, tries three times, and deletes the pod', async (_, answer) => {
    const { told, execs, deleted } = await stop([answer]);
    expect([told, execs.length, deleted]).toEqual([[deletedInWords], 3, [{ name: 'job-1', uid: 'uid-1' }]]);
  });

  it('deletes no pod whose container has ended: there is nothing to stop', async () => {
    const status = { containerStatuses: [{ name: 'build', state: { terminated: { exitCode: 137 } } }] };
    const { told, deleted } = await stop([{ end: lost }], { pod: { ...runningPod(), status } });
    expect([told, deleted]).toEqual([['The end of the log is missing: the build container has ended.'], []]);
  });

  it('says what it knows when the pod cannot be deleted either', async () => {
    const { told } = await stop([{ end: lost }], { deletePod: () => Promise.reject(new Error('no answer')) });
    expect(told).toEqual([
      'The build container did not answer: the script may still be running, and the end of its log is missing.',
    ]);
  });

  describe('towards a container that does not answer', () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
    afterEach(() => vi.useRealTimers());

    it('gives up a few seconds after the grace period', async () => {
      const stopping = stop([{ end: 'never' }]);
      const over = new AbortController();
      void stopping.then(() => over.abort());
      while (!over.signal.aborted) {
        await vi.advanceTimersByTimeAsync(1000);
        await sleep(20);
      }
      const { patience, told, deleted } = await stopping;
      expect(patience).toEqual([12_000, 5000, 5000]);
      expect([told, deleted]).toEqual([[deletedInWords], [{ name: 'job-1', uid: 'uid-1' }]]);
    });

    it('waits for the rest of a log for a limited time only', async () => {
      const stopping = stop([{ words: ['stopped\n'], stdout: ['one\n'], end: 'never' }]);
      await vi.advanceTimersByTimeAsync(20_000);
      const { log, told, execs, deleted } = await stopping;
      expect([log, execs.length, deleted]).toEqual(['one\n', 1, []]);
      expect(told).toEqual(['The end of the log is missing: the build container did not send it in time.']);
    });
  });
});
