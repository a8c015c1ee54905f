import { expect, it } from 'vitest';
import { serviceLine } from '../../src/stage/service-line.ts';

it.each([
  ['as it is', '  FATAL:  role "app" does not exist', '  FATAL:  role "app" does not exist'],
  ['without its colours', '\u001b[1;31mERROR\u001b[0m: no disk\r', 'ERROR: no disk'],
  ['harmless', 'a\u001b[2Jb\rc', 'a?[2Jb?c'],
])('a short line stands %s', (_, text, shown) => {
  expect(serviceLine(text, 100)).toBe(shown);
});

it('no line is cut inside of a word: GitLab masks whole values only', () => {
  const value = 'glpat-0123456789abcdef';

  for (let max = 1; max < 60; max += 1) {
    const shown = serviceLine(`password is ${value} and that is all`, max);
    expect(shown.replace(value, '')).not.toMatch(/glpat/);
    expect(shown.length).toBeLessThanOrEqual(max + ' …'.length);
  }
  expect(serviceLine('x'.repeat(1000), 300)).toBe('…');
});
