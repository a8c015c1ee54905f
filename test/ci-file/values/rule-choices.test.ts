import { describe, expect, it } from 'vitest';
import { ruleChoices } from '../../../src/ci-file/values/rule-choices.ts';
import { valueIn } from '../../../src/ci-file/values/variable-value.ts';
import { layersOf } from '../layers-of.ts';

const choices = (rules: string) =>
  ruleChoices(layersOf(`job: {rules: ${rules}}`)).map((layers) => valueIn(layers, 'V'));

describe('ruleChoices', () => {
  it.each([
    ['~', [null]],
    ['[]', [null]],
    ['[{if: a}]', [null]],
    ['[{if: a, variables: {V: x}}, {if: b}]', [{ text: 'x' }, null]],
    ['[{if: a, when: never, variables: {V: x}}, {if: b, variables: {V: y}}]', [{ text: 'y' }]],
    ['[{when: never}]', [null]],
    ['[[{variables: {V: x}}], {if: b}]', [{ text: 'x' }, null]],
    ['[!reference [.t, rules], {if: b}]', [{ why: 'which a !reference may set' }, null]],
    ['!reference [.t, rules]', [{ why: 'which a !reference may set' }]],
  ])('finds what the rules %s may set', (rules, expected) => expect(choices(rules)).toEqual(expected));

  it('finds for a job without rules one choice that sets nothing', () => {
    expect(ruleChoices(layersOf('job: {}'))).toEqual([[]]);
  });
});
