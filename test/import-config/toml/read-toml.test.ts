import { describe, expect, it } from 'vitest';
import { readToml } from '../../../src/import-config/toml/read-toml.ts';

describe('readToml', () => {
  it('knows the place of each key, in inline tables too, and of tables that have no line of their own', () => {
    const parsed = readToml('a = 1\n[b.c]\nd = { e = 2 }\n[[f]]\ng = 3\n');
    if ('mistakes' in parsed) throw new Error('unreadable');
    const { placeOf, value } = parsed.source;

    expect(value).toEqual({ a: 1, b: { c: { d: { e: 2 } } }, f: [{ g: 3 }] });
    expect(placeOf(['b', 'c', 'd', 'e'])).toEqual({ line: 3, column: 7 });
    expect(placeOf(['b'])).toEqual({ line: 2, column: 1 });
    expect(placeOf(['f', 0, 'g', 'h'])).toEqual({ line: 5, column: 1 });
    expect(placeOf([])).toEqual({ line: 1, column: 1 });
  });

  it('finds mistakes behind the first one, and ends on a text that is none', () => {
    const linesOf = (text: string) => {
      const parsed = readToml(text);
      return 'mistakes' in parsed ? parsed.mistakes.map(({ line }) => line) : [];
    };
    expect(linesOf('a =\n[b\nc = 1\nd = "x\n')).toEqual([1, 2, 4]);
    expect(linesOf('a = 1\n# so\n\na = 1\n')).toEqual([4]);
    expect(linesOf('a = [1\n# so\nb = 2\n')).toEqual([1]);
    expect(linesOf('"""'.repeat(3)).length).toBeGreaterThan(0);
    expect(linesOf(Array.from({ length: 500 }, () => '=').join('\n'))).toHaveLength(20);
    expect(linesOf('a = {{ .Values.x }}')).toEqual([1]);
  });
});
