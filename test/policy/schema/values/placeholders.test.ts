import { describe, expect, it } from 'vitest';
import { checkPlaceholders, fillPlaceholders } from '../../../../src/policy/schema/values/placeholders.ts';

const values = { image: 'a/b:1', kind: 'image', project: 'g/p', job: 'test', policy: 'c0ffee' };

describe('placeholders', () => {
  it('takes a text with known ones, none, and doubled braces', () => {
    expect(checkPlaceholders('{image} of {kind} in {project}, {job}, {policy}')).toBeNull();
    expect(checkPlaceholders('nothing, {{a, b}}, {{ and }}, {{{image}}}, {{regexp}}')).toBeNull();
  });

  it.each([
    ['{{image}} bad', 'has `{{image}}`, which authors would read as `{image}`; write `{image}`'],
    ['{{ imgae }}', 'has `{{ imgae }}`, which authors would read as `{imgae}`; write `{image}`'],
    ['{ image }', 'has `{ image }`; write `{image}`'],
    ['no ${image}', 'has `${image}`; write `{image}`'],
    [
      'bad {image',
      /^has a `\{` that belongs to no placeholder\. Known are \{image\}, .*; write \{\{ for a brace$/,
    ],
    ['bad image}', /^has a `\}` that belongs to no placeholder/],
    ['{{image}', /^has a `\}` that belongs to no placeholder/],
    ['{%image%}', /^has the unknown placeholder `\{%image%\}`/],
  ])('refuses braces that authors would read as they stand: %s', (text, fault) => {
    expect(checkPlaceholders(text)).toEqual(typeof fault === 'string' ? fault : expect.stringMatching(fault));
  });

  it('names an unknown one, and the nearest that is known', () => {
    expect(checkPlaceholders('no {imgae}')).toBe(
      'has the unknown placeholder `{imgae}`; did you mean `{image}`? ' +
        'Known are {image}, {kind}, {project}, {job}, {policy}; write {{ for a brace',
    );
    expect(checkPlaceholders('{}')).toContain('unknown placeholder `{}`');
    expect(checkPlaceholders('{toString}')).toContain('unknown placeholder');
  });

  it('fills each in, and nothing that a value brings along', () => {
    expect(fillPlaceholders('{image}: {{kinds}}', values)).toBe('a/b:1: {kinds}');
    expect(fillPlaceholders('{image}', { ...values, image: '{job}' })).toBe('{job}');
  });

  it('encodes values where the place asks for it', () => {
    expect(fillPlaceholders('https://x/?q={image}', values, encodeURIComponent)).toBe(
      'https://x/?q=a%2Fb%3A1',
    );
  });
});
