import { describe, expect, it } from 'vitest';
import { valueIn } from '../../../src/ci-file/values/variable-value.ts';
import { layersOf } from '../layers-of.ts';

const unknown = { why: 'which a !reference may set' };

describe('valueIn', () => {
  it.each([
    ['{V: x}', { text: 'x' }],
    ['{V: 3.0}', { text: '3.0' }],
    ['{V: ~}', { text: '' }],
    ['{V: {value: x, description: d}}', { text: 'x' }],
    ['{V: {description: d}}', { text: '' }],
    ['{V: !reference [.t, V]}', unknown],
    ['{V: {value: !reference [.t, V]}}', unknown],
    ['{V: [x]}', { why: 'whose value is no plain text' }],
    ['!reference [.t, variables]', unknown],
    ['{W: x}', null],
    ['~', null],
  ])('finds the value in %s', (variables, expected) =>
    expect(valueIn(layersOf(variables === '' ? '' : `job: ${variables}`), 'V')).toEqual(expected),
  );

  it('takes the strongest value, and of maps the strongest that has one', () => {
    const layers = (...all: string[]) => all.flatMap((each) => layersOf(`job: ${each}`));

    expect(valueIn(layers('{W: w}', '{V: x}', '{V: y}'), 'V')).toEqual({ text: 'x' });
    expect(valueIn(layers('{V: {description: d}}', '{V: {value: y}}'), 'V')).toEqual({ text: 'y' });
    expect(valueIn(layers('{V: x}', '!reference [.t, variables]'), 'V')).toEqual({ text: 'x' });
    expect(valueIn(layers('{W: x}', '!reference [.t, variables]'), 'V')).toEqual(unknown);
  });
});
