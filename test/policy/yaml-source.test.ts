import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../src/policy/yaml-source.ts';

const text = `top:
  list:
    - name: one
    - name: two
  empty:
  "quoted": {flow: 1}
`;

describe('parseYaml', () => {
  it.each([
    [['top', 'list', 1, 'name'], 'value', 4, 13],
    [['top', 'list', 1, 'name'], 'key', 4, 7],
    [['top', 'list', 1], 'value', 4, 7],
    [['top', 'empty'], 'value', 5, 3],
    [['top', 'quoted', 'flow'], 'value', 6, 20],
    [['top', 'missing', 'deeper'], 'value', 2, 3],
    [['nowhere'], 'value', 1, 1],
    [[], 'value', 1, 1],
  ] as const)('knows where %j stands (%s)', (path, part, line, column) => {
    const parsed = parseYaml(text);

    expect('source' in parsed && parsed.source.placeOf(path, part)).toEqual({ line, column });
  });

  it('gives plain values', () => {
    const parsed = parseYaml('a: &x [1, two]\nb: *x\n');

    expect('source' in parsed && parsed.source.value).toEqual({ a: [1, 'two'], b: [1, 'two'] });
  });

  it('names the tabs alone where they indent', () => {
    const parsed = parseYaml('a:\n  - b\n\t- c\n');

    expect(parsed).toMatchObject({
      mistakes: [
        { line: 3, column: 1, message: expect.stringContaining('a tab is used to indent') as string },
      ],
    });
  });
});
