import { describe, expect, it } from 'vitest';
import { BuildFailure } from '../../src/outcome/build-failure.ts';
import { failureJson } from '../../src/outcome/describe-failure.ts';
import { failureText } from '../../src/outcome/failure.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';

const parts = {
  what: 'The pod was deleted.',
  why: 'A node was drained.',
  author: 'Retry the job.',
  operator: 'look at the node.',
};

describe('failureText', () => {
  it('a failure says what, why, and what author and operator can do, in this order', () => {
    expect(failureText(parts)).toBe(
      'The pod was deleted. A node was drained. Retry the job. Operators: look at the node.',
    );
  });

  it('leaves out what is not known', () => {
    expect(failureText({ what: parts.what, operator: parts.operator })).toBe(
      'The pod was deleted. Operators: look at the node.',
    );
  });
});

describe('a failure', () => {
  it('a failure has its parts as data, and all of them as its message', () => {
    const failure = new SystemFailure('pod-gone', parts, { cause: 'a cause' });
    expect(failure).toMatchObject({ code: 'pod-gone', parts, message: failureText(parts), cause: 'a cause' });
  });

  it('a failure is JSON for programs, in which no key is missing', () => {
    const options = { isTransient: true };
    expect(failureJson(new SystemFailure('quota', { what: 'No room.' }, options))).toEqual({
      outcome: 'system failure',
      code: 'quota',
      what: 'No room.',
      why: null,
      author: null,
      operator: null,
      transient: true,
      mistakes: [],
    });
    expect(failureJson(new BuildFailure('script-failed', parts))).toEqual({
      outcome: 'build failure',
      code: 'script-failed',
      ...parts,
      transient: false,
      mistakes: [],
    });
  });

  it('a bug becomes no failure: it has a stack and no parts', () => {
    expect(failureJson(new TypeError('x is not a function'))).toBeNull();
  });
});
