import { describe, expect, it } from 'vitest';
import { BuildFailure } from '../../src/outcome/build-failure.ts';
import { describeFailure, failureJson } from '../../src/outcome/describe-failure.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';

describe('describeFailure', () => {
  it('says nothing more when the script or the rejection has spoken', () => {
    expect(describeFailure(new BuildFailure('script-failed', { what: 'exit 1' }))).toBe('');
    expect(describeFailure(new BuildFailure('rejected', { what: 'no' }))).toBe('');
  });

  it.each([
    new BuildFailure('out-of-memory', { what: 'The build container ran out of memory.' }),
    new SystemFailure('pod-gone', { what: 'The pod was deleted.' }),
  ])('prints one red line for $name', (failure) => {
    expect(describeFailure(failure)).toBe(`\u001b[31;1mERROR: ${failure.message}\u001b[0;m\n`);
  });

  it('says without alarm that it was asked to end', () => {
    expect(describeFailure(new SystemFailure('interrupted', { what: 'Stopped.' }))).toBe(
      '\u001b[33;1mStopped.\u001b[0;m\n',
    );
  });

  it('shows the stack and the cause of a bug', () => {
    const text = describeFailure(new Error('outer', { cause: new TypeError('inner') }));
    expect(text).toContain('this is a bug in it, not in the job');
    expect(text).toMatch(/Error: outer\n\s+at /);
    expect(text).toContain('Caused by: TypeError: inner');
  });

  it.each([
    new BuildFailure('rejected', { what: 'This runner does not allow it.', author: 'Ask for less.' }),
    new BuildFailure('out-of-memory', { what: 'The build container ran out of memory.' }),
    new SystemFailure('interrupted', { what: 'Stopped.' }),
    new SystemFailure('pod-gone', { what: 'The pod was deleted.', operator: 'look at it.' }),
  ])('gives a command for people all parts of $code, without colours', (failure) => {
    expect(describeFailure(failure, { isJobLog: false })).toBe(`${failure.message}\n`);
  });

  it.each([
    [{ what: 'No.', author: 'Retry the job.', operator: 'can it be reached?' }, 'No. Can it be reached?\n'],
    [
      { what: 'No.', why: 'It is full.', author: 'Give another path.' },
      'No. It is full. Give another path.\n',
    ],
    [{ what: 'No.' }, 'No.\n'],
  ])('speaks to an operator who called a command as to the reader: %j', (parts, text) => {
    expect(
      describeFailure(new SystemFailure('pod-gone', parts), { isJobLog: false, isForOperator: true }),
    ).toBe(text);
  });

  it('tells programs the place of each mistake', () => {
    const mistakes = [{ file: 'policy.yaml', line: 3, column: 17, message: 'x is wrong' }];

    expect(failureJson(new SystemFailure('policy-invalid', { what: 'Wrong.' }, { mistakes }))).toMatchObject({
      code: 'policy-invalid',
      mistakes,
    });
    expect(failureJson(new SystemFailure('quota', { what: 'Full.' }))?.mistakes).toEqual([]);
  });

  it('calls a bug a bug to whoever called a command, too', () => {
    const text = describeFailure(new Error('outer'), { isJobLog: false });
    expect(text).toMatch(/this is a bug in it.*\nError: outer\n\s+at /);
    expect(text).not.toContain('\u001b');
  });

  it('lets no control character of a message through', () => {
    expect(describeFailure(new SystemFailure('pod-gone', { what: 'a\u001b[2Kb\rc' }))).toContain('a?[2Kb?c');
  });
});
