import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Pod } from '../../../src/cluster/cluster.ts';
import { SystemFailure, type SystemFailureCode } from '../../../src/outcome/system-failure.ts';
import { startDeadline } from '../../../src/stage/deadline.ts';
import { createWithRetry } from '../../../src/stage/prepare/create-with-retry.ts';
import { fakeCluster } from '../fake-cluster.ts';

const manifest = { kind: 'Pod', metadata: { name: 'job-1' } };
const made: Pod = { metadata: { name: 'job-1', uid: 'u' }, spec: {} };

const refusal = (code: SystemFailureCode, message: string = code, retryAfterSeconds = 0): SystemFailure =>
  new SystemFailure(code, { what: message }, { retryAfterSeconds, isTransient: true });
const lasting = (code: SystemFailureCode): SystemFailure => new SystemFailure(code, { what: code });
const quota = 'exceeded quota: jobs, requested: pods=1, used: pods=20, limited: pods=20';

/** Answers with these one after the other; the last one for ever. */
function create(
  answers: (Pod | Error)[],
  { deadlineSeconds = 60, stop }: { deadlineSeconds?: number; stop?: AbortController } = {},
) {
  const told: string[] = [];
  const cluster = fakeCluster({
    createPod: () => {
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer!);
    },
  });
  const signal = (stop ?? new AbortController()).signal;
  const done = createWithRetry({
    what: 'The pod',
    create: () => cluster.createPod(manifest, { signal }),
    deadline: startDeadline(deadlineSeconds),
    log: (line) => told.push(line),
    signal,
  });
  done.catch(() => undefined);
  return { done, told, cluster };
}

describe('createWithRetry', () => {
  // The pauses between two tries are real timers of Node; only the clock of the deadline is ours.
  beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => vi.useRealTimers());

  it('hands the manifest on as it is', async () => {
    const { done, told, cluster } = create([made]);
    expect(await done).toBe(made);
    expect(told).toEqual([]);
    expect(cluster.of('createPod')[0]?.[0]).toBe(manifest);
  });

  it.each([
    ['a full quota', refusal('quota', quota), quota],
    ['an API server in trouble', refusal('cluster-unreachable', 'HTTP 429'), 'HTTP 429'],
    ['a quota that another pod was counted in at once', refusal('conflict', 'counted'), 'counted'],
    ['words with control characters', refusal('quota', 'a\u001b[2J\r\nb'), 'a?[2J? b'],
  ])('waits for %s, and says so', async (_, error, said) => {
    const { done, told } = create([error, made]);
    expect(await done).toBe(made);
    expect(told).toEqual([`The pod cannot be made yet; waiting: ${said}`]);
  });

  it('says the same thing once, and another one again', async () => {
    const { done, told } = create([
      refusal('quota', 'first'),
      refusal('quota', 'first'),
      refusal('cluster-unreachable', 'second'),
      made,
    ]);
    await done;
    expect(told).toEqual([
      'The pod cannot be made yet; waiting: first',
      'The pod cannot be made yet; waiting: second',
    ]);
  }, 20_000);

  it.each([
    lasting('forbidden'),
    lasting('pod-security'),
    // Whatever its words are: whether it passes is decided where the API server's answer is read.
    new SystemFailure('conflict', { what: 'the object has been modified' }),
    lasting('quota'),
    new TypeError('a bug'),
  ])('does not wait for what will not pass: $code $message', async (error) => {
    const { done, told, cluster } = create([error, made]);
    await expect(done).rejects.toBe(error);
    expect([told, cluster.calls]).toEqual([[], ['createPod']]);
  });

  it('throws what the API server said last when the time is over', async () => {
    const last = refusal('quota', quota);
    const { done } = create([last], { deadlineSeconds: 0 });
    await expect(done).rejects.toBe(last);
  });

  it('does not ask again when the API server wants to be left alone for longer than there is time', async () => {
    const busy = refusal('cluster-unreachable', 'HTTP 429', 61);
    const { done, cluster } = create([busy, made]);
    await expect(done).rejects.toBe(busy);
    expect(cluster.calls).toHaveLength(1);
  });

  it.each(['while it waits', 'while it asks'])('ends when asked to, %s', async (when) => {
    const stop = new AbortController();
    const { done, cluster } = create([refusal('quota')], { stop });
    if (when === 'while it waits') await vi.waitFor(() => expect(cluster.calls).toHaveLength(1));
    stop.abort();
    await expect(done).rejects.toMatchObject({ name: 'AbortError' });
    expect(cluster.calls).toHaveLength(1);
  });
});
