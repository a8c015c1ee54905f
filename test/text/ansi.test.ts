import { expect, it } from 'vitest';
import { paint, withoutColours } from '../../src/text/ansi.ts';

it('paints a text and takes the colour back behind it', () => {
  expect(paint('word', 'red')).toBe('\u001b[31;1mword\u001b[0;m');
});

it('leaves a plain text as it is', () => {
  expect(paint('word', 'plain')).toBe('word');
});

it('takes colours away, and nothing else', () => {
  expect(withoutColours(`${paint('word', 'red')} \u001b[38;5;200mb\u001b[m \u001b[2K[1m`)).toBe(
    'word b \u001b[2K[1m',
  );
});
