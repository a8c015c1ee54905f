import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ExecOptions, ExecResult } from '../../src/cluster/cluster.ts';
import { attach } from '../../src/stream/attach.ts';
import { fakeCluster } from '../stage/fake-cluster.ts';

const lost: ExecResult = { kind: 'lost', message: 'ended by the caller' };
const silent: ExecResult = { kind: 'lost', message: 'the build container does not answer' };

/** An exec that says these words and then nothing, until it is given up. */
function attached(words: string, { script = 'echo hello', signal = new AbortController().signal } = {}) {
  const requests: ExecOptions[] = [];
  const cluster = fakeCluster({
    exec: (request) => {
      requests.push(request);
      void request.stderr(Buffer.from(words));
      return new Promise((resolve) => request.signal?.addEventListener('abort', () => resolve(lost)));
    },
  });
  let end: ExecResult | null = null;
  const attaching = attach(
    {
      cluster,
      pod: { name: 'job-1', uid: 'u' },
      container: 'build',
      shell: '/bin/sh',
      environment: [],
      prologue: null,
      directory: '/.gitlab-pod-executor/scripts/run-x',
      script: Buffer.from(script),
      delivered: 0,
      log: () => undefined,
      warn: () => undefined,
      timeouts: { reconnect: 1, stopGrace: 1 },
      logLimit: 1000,
      signal,
      died: signal,
    },
    { begun: false, written: 0, isFirst: true },
    () => undefined,
    signal,
  );
  void attaching.then((result) => {
    end = result.end;
  });
  return { requests, end: () => end };
}

/** The rest is tested where it is used: test/stream/run-script.test.ts. */
describe('attach', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => vi.useRealTimers());

  it('gives up a container that does not say that the script has begun', async () => {
    const { end } = attached('note no-setsid\n');
    await vi.advanceTimersByTimeAsync(59_900);
    expect(end()).toBeNull();
    await vi.advanceTimersByTimeAsync(200);
    expect(end()).toEqual(silent);
  });

  it('gives a large script the time to arrive', async () => {
    const { end } = attached('', { script: 'x'.repeat(20_000_000) });
    await vi.advanceTimersByTimeAsync(250_000);
    expect(end()).toBeNull();
    await vi.advanceTimersByTimeAsync(11_000);
    expect(end()).toEqual(silent);
  });

  it('follows a script that has begun for as long as it runs', async () => {
    const { end } = attached('begun\n');
    await vi.advanceTimersByTimeAsync(86_400_000);
    expect(end()).toBeNull();
  });

  it('ends when its caller wants it, and says that it was that', async () => {
    const over = new AbortController();
    const { end } = attached('begun\n', { signal: over.signal });
    over.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(end()).toEqual(lost);
  });
});
