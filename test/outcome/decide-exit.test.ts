import { describe, expect, it } from 'vitest';
import { BuildFailure } from '../../src/outcome/build-failure.ts';
import { decideExit } from '../../src/outcome/decide-exit.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';

const env = {
  BUILD_FAILURE_EXIT_CODE: '11',
  SYSTEM_FAILURE_EXIT_CODE: '12',
  BUILD_EXIT_CODE_FILE: '/attempt/code',
};

describe('decideExit', () => {
  it('reports a failing script with its own code in the file', () => {
    const failure = new BuildFailure('script-failed', { what: 'exit 42' }, { exitCode: 42 });
    expect(decideExit(failure, env)).toEqual({
      exitCode: 11,
      codeFile: { path: '/attempt/code', content: '42\n' },
    });
  });

  it.each([
    ['a system failure', new SystemFailure('pod-gone', { what: 'gone' })],
    ['a bug', new TypeError('x is not a function')],
    ['a thrown text', 'boom'],
  ])('reports %s as a system failure and removes an older code', (_, error) => {
    expect(decideExit(error, env)).toEqual({
      exitCode: 12,
      codeFile: { path: '/attempt/code', content: null },
    });
  });

  it.each([
    ['nothing', {}],
    ['no numbers', { BUILD_FAILURE_EXIT_CODE: 'one', SYSTEM_FAILURE_EXIT_CODE: '' }],
    [
      'numbers that are no failing exit code',
      { BUILD_FAILURE_EXIT_CODE: '0', SYSTEM_FAILURE_EXIT_CODE: '256' },
    ],
  ])('uses the codes of today when the environment holds %s', (_, given) => {
    expect(decideExit(new BuildFailure('rejected', { what: 'no' }), given)).toEqual({
      exitCode: 1,
      codeFile: null,
    });
    expect(decideExit(new Error('bug'), given)).toEqual({ exitCode: 2, codeFile: null });
  });
});
