import { expect, it } from 'vitest';
import { readMarkedText } from '../../src/help-page/marked-text.ts';

it.each([
  ['plain', [{ text: 'plain', isCode: false }]],
  ['`a` of `b`', [code('a'), { text: ' of ', isCode: false }, code('b')]],
  ['one ` alone', [{ text: 'one ', isCode: false }, code(' alone')]],
  ['', []],
])('reads %j', (sentence, parts) => {
  expect(readMarkedText(sentence)).toEqual(parts);
});

function code(text: string) {
  return { text, isCode: true };
}
