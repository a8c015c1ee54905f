import { expect, it } from 'vitest';
import { paint } from '../../src/text/ansi.ts';

it('paints a text and takes the colour back behind it', () => {
  expect(paint('word', 'red')).toBe('\u001b[31;1mword\u001b[0;m');
});

it('leaves a plain text as it is', () => {
  expect(paint('word', 'plain')).toBe('word');
});
