import { describe, expect, it } from 'vitest';
import { ask, foundOf, remediesOf } from '../../src/doctor/call.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';

const signal = new AbortController().signal;

/** As a connection does: nothing comes until it is given up. */
const silence = (limit: AbortSignal) =>
  new Promise<never>((_, reject) => {
    limit.addEventListener('abort', () => reject(limit.reason as Error));
  });

describe('ask', () => {
  it('hands on an answer', async () => {
    expect(await ask(() => Promise.resolve(7), signal)).toEqual({ answer: 7 });
  });

  it('makes a value of a refusal', async () => {
    const refusal = new SystemFailure('quota', { what: 'full\u001b[2J\nstill' });
    expect(await ask(() => Promise.reject(refusal), signal)).toEqual({
      refused: { code: 'quota', parts: refusal.parts },
    });
  });

  it('does not wait for ever', async () => {
    expect(await ask(silence, signal, 10)).toEqual({
      refused: {
        code: 'cluster-unreachable',
        parts: { what: 'The API server did not answer within 0.01 s.' },
      },
    });
  });

  it('ends at Ctrl-C, whatever the cluster said to that', async () => {
    const aborted = AbortSignal.abort(new Error('Ctrl-C'));
    await expect(
      ask(() => Promise.reject(new SystemFailure('stream-lost', { what: 'cut' })), aborted),
    ).rejects.toThrow('Ctrl-C');
  });

  it('lets mistakes of ours through', async () => {
    await expect(ask(() => Promise.reject(new TypeError('bug')), signal)).rejects.toThrow(TypeError);
  });
});

describe('foundOf and remediesOf', () => {
  const parts = {
    what: 'full\u001b[2J\nstill.',
    why: 'Quota.',
    author: 'Retry the job.',
    operator: 'raise the\u001b[2J quota.',
  };

  it('keep what was found apart from what the operator can do, both safe to print', () => {
    expect(foundOf({ parts })).toBe('full?[2J still. Quota.');
    expect(remediesOf({ parts })).toEqual([{ text: 'Raise the?[2J quota.' }]);
    expect(remediesOf({ parts }, 'kubectl get quota')).toEqual([
      { text: 'Raise the?[2J quota.', code: 'kubectl get quota' },
    ]);
  });

  it('have something to type where the failure has no advice, or nothing', () => {
    expect(remediesOf({ parts: { what: 'no' } }, 'kubectl x')).toEqual([
      { text: 'On the cluster:', code: 'kubectl x' },
    ]);
    expect(remediesOf({ parts: { what: 'no' } })).toEqual([]);
  });
});
