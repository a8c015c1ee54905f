import { describe, expect, it } from 'vitest';
import { readRefusal } from '../../../src/cluster/kubernetes/api-refusal.ts';
import { isTransient, pauseAfter, withRetries } from '../../../src/cluster/kubernetes/retry.ts';
import { SystemFailure } from '../../../src/outcome/system-failure.ts';
import { statusObject } from './fake-api-server.ts';

function refusal(status: number, reason = '', retryAfter?: string) {
  return readRefusal(status, JSON.stringify(statusObject(status, reason, 'no')), retryAfter);
}

describe('isTransient', () => {
  it.each([
    ['a reset connection', new Error('ECONNRESET'), true, true],
    ['429', refusal(429), true, true],
    ['500', refusal(500), true, true],
    ['503', refusal(503), true, true],
    ['a quota’s counter that somebody else just changed', refusal(409, 'Conflict'), true, false],
    ['a name that is taken', refusal(409, 'AlreadyExists'), false, false],
    ['401', refusal(401), false, false],
    ['403', refusal(403), false, false],
    ['404', refusal(404), false, false],
    ['422', refusal(422), false, false],
    ['an untrusted certificate', Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' }), false, false],
    ['a token file that is away', new SystemFailure('unauthorized', { what: 'x' }), false, false],
  ])('says whether to try again after %s', (_, error, whenCreating, otherwise) => {
    expect(isTransient(error, true)).toBe(whenCreating);
    expect(isTransient(error, false)).toBe(otherwise);
  });
});

describe('pauseAfter', () => {
  it('doubles, adds jitter of up to half, and honours Retry-After', () => {
    for (const [failures, longest] of [
      [1, 200],
      [2, 400],
      [4, 1600],
    ] as const) {
      const pause = pauseAfter(new Error('x'), failures, 200);
      expect(pause).toBeGreaterThanOrEqual(longest / 2);
      expect(pause).toBeLessThanOrEqual(longest);
    }
    expect(pauseAfter(refusal(429, '', '3'), 1, 200)).toBeGreaterThanOrEqual(3000);
  });
});

describe('withRetries', () => {
  const rules = { isCreation: false, pauseMilliseconds: 1, signal: new AbortController().signal };

  it('returns the first success', async () => {
    let tries = 0;
    const result = await withRetries(() => {
      tries += 1;
      return tries < 3 ? Promise.reject(refusal(503)) : Promise.resolve('made');
    }, rules);

    expect([result, tries]).toEqual(['made', 3]);
  });

  it('ends after five tries, with the last failure', async () => {
    let tries = 0;
    const attempt = () => Promise.reject(new Error(`try ${++tries}`));

    await expect(withRetries(attempt, rules)).rejects.toThrow('try 5');
  });

  it('does not repeat what will not pass', async () => {
    let tries = 0;
    const attempt = () => {
      tries += 1;
      return Promise.reject(refusal(403));
    };

    await expect(withRetries(attempt, rules)).rejects.toMatchObject({ status: 403 });
    expect(tries).toBe(1);
  });

  it('does not outlive its signal, and reports what the server said rather than that time is up', async () => {
    const signal = AbortSignal.timeout(30);
    const attempt = () => Promise.reject(refusal(429, '', '60'));

    await expect(withRetries(attempt, { ...rules, signal })).rejects.toMatchObject({ status: 429 });
  });

  it.each(['3000000', '1e300'])(
    'waits, and does not hurry, for a server that asks for %s seconds',
    async (wish) => {
      const signal = AbortSignal.timeout(50);
      let tries = 0;
      const attempt = () => {
        tries += 1;
        return Promise.reject(refusal(429, '', wish));
      };

      await expect(withRetries(attempt, { ...rules, signal })).rejects.toMatchObject({ status: 429 });
      expect(tries).toBe(1);
    },
  );
});
