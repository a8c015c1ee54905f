import { describe, expect, it } from 'vitest';
import { plainLine, plainText } from '../../src/text/plain-text.ts';

describe('plainText', () => {
  it.each([
    ['an escape sequence', '\u001b[31mred', '?[31mred'],
    ['a forged section', 'section_start:1:x\r\u001b[0K', 'section_start:1:x??[0K'],
    ['an 8-bit escape', '\u009b2J', '?2J'],
    ['a direction override', 'a\u202eb', 'a?b'],
    ['an Arabic letter mark', 'a\u061cb', 'a?b'],
    ['what has no width', 'a\u200b\u2060\ufeffb', 'a???b'],
    ['a carriage return', 'good\rbad', 'good?bad'],
    ['a null byte', 'a\u0000b', 'a?b'],
  ])('sanitizes %s', (_, text, safe) => {
    expect(plainText(text)).toBe(safe);
  });

  it('keeps newlines, tabs and other languages', () => {
    expect(plainText('Zürich\n\t東京 🦊')).toBe('Zürich\n\t東京 🦊');
  });

  it('cuts a text that would drown the log, and says how much is left', () => {
    expect(plainText('x'.repeat(5000))).toBe(`${'x'.repeat(4000)} … (1000 characters more)`);
  });
});

describe('plainLine', () => {
  it('joins lines', () => {
    expect(plainLine(' one\n  two\n')).toBe('one two');
  });
});
