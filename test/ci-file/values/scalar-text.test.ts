import { describe, expect, it } from 'vitest';
import { isMap, isScalar, parseDocument } from 'yaml';
import { keyText, scalarText } from '../../../src/ci-file/values/scalar-text.ts';

describe('scalarText', () => {
  it.each([
    ['3.0', '3.0'],
    ['"3.0"', '3.0'],
    ["'010'", '010'],
    ['010', '8'],
    ['!!str 010', '010'],
    ['|\n  yes', 'yes\n'],
    ['two\n  lines', 'two lines'],
    ['~', null],
    ['[a]', null],
  ])('reads %j as %j', (text, expected) => expect(scalarText(parseDocument(text).contents)).toBe(expected));
});

describe('keyText', () => {
  const keyOf = (text: string) => {
    const { contents } = parseDocument(text);
    return isMap(contents) ? contents.items[0]?.key : null;
  };

  it.each([
    ['a: 1', 'a'],
    ['ON: 1', 'true'],
    ['"ON": 1', 'ON'],
    ['~: 1', ''],
    ['? [a]\n: 1', null],
  ])('reads %j as %j', (text, expected) => expect(keyText(keyOf(text))).toBe(expected));

  it('takes no scalar for a key of several parts', () => expect(isScalar(keyOf('? [a]\n: 1'))).toBe(false));
});
