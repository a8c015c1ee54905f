import { describe, expect, it } from 'vitest';
import { isRefusedWith, readRefusal } from '../../../src/cluster/kubernetes/api-refusal.ts';
import { statusObject } from './fake-api-server.ts';

describe('readRefusal', () => {
  it('reads a Status with its causes', () => {
    const body = JSON.stringify({
      ...statusObject(422, 'Invalid', 'Pod "x" is invalid'),
      details: {
        causes: [{ field: 'spec.a', message: 'Required value' }, { message: 'no field' }, 'rubbish'],
      },
    });

    expect(readRefusal(422, body, undefined)).toMatchObject({
      status: 422,
      reason: 'Invalid',
      message: 'Pod "x" is invalid',
      causes: ['spec.a: Required value', 'no field', ''],
      retryAfterSeconds: null,
    });
  });

  it.each([
    ['nothing', '', 'HTTP 503 without a message'],
    ['a page', '<html><h1>Login</h1></html>', 'Login'],
    ['a Status cut short', '{"kind":"Status","mess', '{"kind":"Status","mess'],
    ['JSON that is no Status', '{"error":"nope"}', '{"error":"nope"}'],
    ['JSON that is no object', '"nope"', '"nope"'],
    ['a long page', 'x'.repeat(5000), 'x'.repeat(300)],
    [
      'a Status of odd types',
      '{"kind":"Status","message":3,"reason":[],"details":7}',
      '{"kind":"Status","message":3,"reason":[],"details":7}',
    ],
  ])('makes the best of %s', (_, body, message) => {
    expect(readRefusal(503, body, undefined)).toMatchObject({ message, reason: '', causes: [] });
  });

  it.each([
    ['3', null, 3],
    ['0', null, 0],
    [undefined, 7, 7],
    ['2', 7, 2],
    ['-5', null, null],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 4, 4],
    ['soon', null, null],
    ['', 4, 0],
    [undefined, -4, null],
    ['90000', null, 3600],
    [undefined, 1e300, 3600],
  ])('takes Retry-After %s and the Status’ %s for %s', (header, inStatus, expected) => {
    const status = {
      ...statusObject(429, 'TooManyRequests', 'later'),
      details: { retryAfterSeconds: inStatus },
    };

    expect(readRefusal(429, JSON.stringify(status), header).retryAfterSeconds).toBe(expected);
  });
});

describe('isRefusedWith', () => {
  it('looks at the cause of a failure', () => {
    const refusal = readRefusal(404, '', undefined);

    expect(isRefusedWith(new Error('x', { cause: refusal }), 404)).toBe(true);
    expect(isRefusedWith(new Error('x', { cause: refusal }), 409)).toBe(false);
    expect(isRefusedWith(refusal, 404)).toBe(false);
    expect(isRefusedWith('404', 404)).toBe(false);
  });
});
