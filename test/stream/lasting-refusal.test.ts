import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ExecResult } from '../../src/cluster/cluster.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import { trackRefusals } from '../../src/stream/lasting-refusal.ts';

const lost: ExecResult = { kind: 'lost', message: 'closed' };
const refusedWith = (httpStatus: number): ExecResult => ({
  kind: 'refused',
  httpStatus,
  reason: '',
  message: 'no\u001b[2J',
});
const incompatible: ExecResult = { kind: 'incompatible', message: 'Server sent no subprotocol\u001b[2J' };
const forbidden = new SystemFailure('forbidden', { what: 'Cannot get pods.' });

describe('trackRefusals', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => vi.useRealTimers());

  // @promise outage: a redirect or a web page as the answer to exec
  it.each<[string, ExecResult, unknown, object]>([
    ['exec with 401', refusedWith(401), undefined, { code: 'unauthorized' }],
    ['exec with 403', refusedWith(403), undefined, { code: 'forbidden' }],
    ['exec with a page', refusedWith(200), undefined, { code: 'cluster-refused' }],
    ['exec with a redirect', refusedWith(302), undefined, { code: 'cluster-refused' }],
    ['another question', lost, forbidden, forbidden],
  ])('believes a refusal of %s once it has lasted', (_, end, failure, refusal) => {
    const judge = trackRefusals();
    expect(judge(end, failure, false)).toBeNull();
    vi.advanceTimersByTime(14_999);
    expect(judge(end, failure, false)).toBeNull();
    vi.advanceTimersByTime(1);
    expect(judge(end, failure, false)).toMatchObject(refusal);
  });

  it('believes it at once when nobody will try again', () => {
    expect(trackRefusals()(lost, forbidden, true)).toBe(forbidden);
  });

  it('believes at once what will never get better, as long as nothing began', () => {
    expect(trackRefusals()(incompatible, undefined, false)).toMatchObject({ code: 'cluster-refused' });
  });

  it('waits longer once a script runs: another server may answer next time', () => {
    const judge = trackRefusals();
    judge(lost, undefined, false);
    expect(judge(incompatible, undefined, false)).toBeNull();
    vi.advanceTimersByTime(14_999);
    expect(judge(incompatible, undefined, false)).toBeNull();
    vi.advanceTimersByTime(1);
    expect(judge(incompatible, undefined, false)).toMatchObject({ code: 'cluster-refused' });
  });

  it('starts over when something else came between', () => {
    const judge = trackRefusals();
    judge(refusedWith(403), undefined, false);
    vi.advanceTimersByTime(20_000);
    expect(judge(lost, undefined, false)).toBeNull();
    expect(judge(refusedWith(403), undefined, false)).toBeNull();
  });

  it.each([
    [lost, undefined],
    [refusedWith(404), undefined],
    [refusedWith(500), new SystemFailure('cluster-unreachable', { what: 'away' })],
    [{ kind: 'exited', code: 0 } as const, new TypeError('a bug')],
  ])('takes no other trouble for a refusal', (end, failure) => {
    expect(trackRefusals()(end, failure, true)).toBeNull();
  });

  it('says in plain words which rights to grant', () => {
    const { message } = trackRefusals()(refusedWith(403), undefined, true)!;
    expect(message).toContain('no?[2J (HTTP 403)');
    expect(message).toContain('`create` and `get` on `pods/exec`');
  });

  it.each<[ExecResult, string]>([
    [incompatible, "is not an API server's: Server sent no subprotocol?[2J. Operators: a proxy"],
    [refusedWith(302), "is not an API server's: no?[2J (HTTP 302). Operators: a proxy"],
  ])('says what may stand between, with the word', (end, words) => {
    expect(trackRefusals()(end, undefined, true)?.message).toContain(words);
  });
});
