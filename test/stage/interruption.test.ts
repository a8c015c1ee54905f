import { describe, expect, it } from 'vitest';
import { BuildFailure } from '../../src/outcome/build-failure.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import { explainInterruption } from '../../src/stage/interruption.ts';

const ended = AbortSignal.abort();
const alive = new AbortController().signal;

describe('explainInterruption', () => {
  it('says that GitLab Runner ended the stage, in place of what broke off by it', () => {
    const broken = new DOMException('This operation was aborted', 'AbortError');
    expect(explainInterruption(broken, ended, 'the preparation')).toMatchObject({
      name: 'SystemFailure',
      code: 'interrupted',
      message: 'GitLab Runner ended the preparation (cancelled, timed out, or the runner shuts down).',
      cause: broken,
    });
  });

  it.each([
    ['a failure of the job that was known before', new BuildFailure('out-of-memory', { what: 'x' }), ended],
    [
      'a failure of the cluster that was known before',
      new SystemFailure('pod-evicted', { what: 'x' }),
      ended,
    ],
    ['anything while nobody ended the stage', new TypeError('x'), alive],
  ])('keeps %s', (_, error, signal) => {
    expect(explainInterruption(error, signal, 'the script')).toBe(error);
  });
});
