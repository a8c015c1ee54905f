import { describe, expect, it } from 'vitest';
import { matrixCombinations } from '../../../src/ci-file/values/matrix-rows.ts';
import { layersOf } from '../layers-of.ts';

function combinations(matrix: string, keys: readonly string[], maxCombinations = 100) {
  const found = matrixCombinations(layersOf(`job: {parallel: ${matrix}}`), new Set(keys), maxCombinations);
  return found?.map((each) =>
    [...each]
      .map(([key, value]) => `${key}=${value !== null && 'text' in value ? value.text : value?.why}`)
      .join(' '),
  );
}

describe('matrixCombinations', () => {
  it.each([
    ['5', ['']],
    ['{matrix: []}', ['']],
    ['{matrix: [{A: ["1", "2"], B: [x, y], C: [c, d]}]}', ['A=1 B=x', 'A=1 B=y', 'A=2 B=x', 'A=2 B=y']],
    ['{matrix: [{A: ["1"], B: x}, {A: ["2"]}, {C: c}]}', ['A=1 B=x', 'A=2', '']],
    ['{matrix: [{A: !reference [.t, a]}]}', ['A=which a !reference may set']],
    ['{matrix: [!reference [.t, row]]}', ['A=which a !reference may set B=which a !reference may set']],
    ['{matrix: !reference [.t, matrix]}', ['A=which a !reference may set B=which a !reference may set']],
  ])('finds the combinations of %s', (matrix, expected) =>
    expect(combinations(matrix, ['A', 'B'])).toEqual(expected),
  );

  it('gives up where there are too many combinations', () => {
    const ten = `[${Array.from({ length: 10 }, (_, index) => `"${index}"`).join(', ')}]`;

    expect(combinations(`{matrix: [{A: ${ten}, B: ${ten}}]}`, ['A', 'B'])).toHaveLength(100);
    expect(combinations(`{matrix: [{A: ${ten}, B: ${ten}}, {A: x}]}`, ['A', 'B'])).toBeUndefined();
    expect(combinations(`{matrix: [{A: ${ten}, B: ${ten}}]}`, ['A', 'B'], 99)).toBeUndefined();
  });
});
