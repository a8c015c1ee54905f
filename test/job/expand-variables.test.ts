import { describe, expect, it } from 'vitest';
import { expandVariables } from '../../src/job/expand-variables.ts';
import type { JobVariable } from '../../src/job/job.ts';

function variable(key: string, value: string, flags: Partial<JobVariable> = {}): JobVariable {
  return { key, value, isPublic: false, isFile: false, isMasked: false, isRaw: false, ...flags };
}

describe('expandVariables', () => {
  it.each([
    ['$A', 'one'],
    ['${A}', 'one'],
    ['x$A-y', 'xone-y'],
    ['$A$A', 'oneone'],
    ['$NONE', ''],
    ['${NONE}x', 'x'],
    ['$AB', ''],
    ['$$A', '$A'],
    ['$(A)', '$(A)'],
    ['100 $', '100 $'],
    ['$REF', 'one'],
  ])('turns %s into %s', (text, expected) => {
    expect(expandVariables(text, [variable('A', 'one'), variable('REF', '$A')])).toBe(expected);
  });

  it('counts the last of several variables with one key', () => {
    expect(expandVariables('$A', [variable('A', 'first'), variable('A', 'last')])).toBe('last');
  });

  it('leaves what a raw variable holds', () => {
    expect(expandVariables('$RAW', [variable('A', 'one'), variable('RAW', '$A', { isRaw: true })])).toBe(
      '$A',
    );
  });

  it('never puts the content of a file variable anywhere', () => {
    expect(expandVariables('$KEY', [variable('KEY', 's3cret', { isFile: true })])).toBe('$KEY');
  });

  it('ends after two levels, as GitLab Runner does, so that a circle ends too', () => {
    const variables = [variable('A', '$B'), variable('B', '$C'), variable('C', '$A')];

    expect(expandVariables('$A', variables)).toBe('$C');
    expect(expandVariables('$S', [variable('S', '$S$S')])).toBe('$S$S$S$S');
  });
});
