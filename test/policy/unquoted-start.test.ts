import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../src/policy/read-policy.ts';
import { findUnquotedStart } from '../../src/policy/unquoted-start.ts';

function mistakesOf(text: string): readonly string[] {
  try {
    readPolicy({ text: `cluster: {namespace: ci}\n${text}`, file: 'p' });
    return [];
  } catch (error) {
    return (error as Error).message.split('\n').slice(1);
  }
}

const why = (start: string) => `needs quotes, for YAML reads a \`${start}\` at the start in its own way`;

describe('a pattern that YAML reads otherwise', () => {
  it.each([
    ['*.example.org/**', '*'],
    ['*foo', '*'],
    ['**', '*'],
    ['*', '*'],
    ['*a b', '*'],
    ['&foo', '&'],
    ['&', '&'],
    ['!foo/**', '!'],
    ['!', '!'],
    ['@foo', '@'],
    ['`foo', '`'],
    ['%foo', '%'],
    ['{a,b}:*', '{'],
    ['{a,{b,c}}/x', '{'],
    ['[a-z]*/x', '['],
    ['|foo', '|'],
    ['>foo', '>'],
    ['{image} is not here', '{'],
  ])('a pattern that YAML misreads must be quoted: %s', (written, start) => {
    const message = `\`${written}\` ${why(start)}; write \`"${written}"\``;

    expect(mistakesOf(`allowed_images:\n  - python:*\n  - ${written}\n  - alpine\n`)).toEqual([
      `p:4:5: ${message}`,
    ]);
    expect(mistakesOf(`allowed_images:\n  - ${written}   # ours\n`)).toEqual([`p:3:5: ${message}`]);
    expect(mistakesOf(`allowed_images:\n  - pattern: ${written}\n    because: ours\n`)).toEqual([
      `p:3:14: ${message}`,
    ]);
    expect(mistakesOf(`default_image: ${written}\n`)).toEqual([`p:2:16: ${message}`]);
  });

  it.each([
    ['[python:*, *.example.org/**]', 'p:2:28: ', '*.example.org/**', '*'],
    ['[*foo]', 'p:2:18: ', '*foo', '*'],
    ['[{pattern: *foo}]', 'p:2:28: ', '*foo', '*'],
    ['[@foo, x]', 'p:2:18: ', '@foo', '@'],
    ['[x, !foo/**]', 'p:2:21: ', '!foo/**', '!'],
    ['[x, {a,b}:*]', 'p:2:21: ', '{a,b}:*', '{'],
  ])('a pattern that YAML misreads must be quoted in %s, too', (list, place, written, start) => {
    expect(mistakesOf(`allowed_images: ${list}\n`)).toEqual([
      `${place}\`${written}\` ${why(start)}; write \`"${written}"\``,
    ]);
  });

  it('unquoted patterns are reported at once, with other mistakes of the YAML', () => {
    expect(mistakesOf('allowed_images:\n  - *a\n  - @b\nhelper_image: "x" y\n')).toEqual([
      expect.stringMatching(/^p:3:5: `\*a` needs quotes/),
      expect.stringMatching(/^p:4:5: `@b` needs quotes/),
      'p:5:15: `"x" y` goes on after its closing quote; put the quotes around all of it',
    ]);
  });

  it.each([
    ['a"*b', "'*a\"*b'"],
    ['a\'"', null],
  ])('the suggested quotes suit the pattern: %s', (rest, quoted) => {
    const [said] = mistakesOf(`allowed_images:\n  - *${rest}\n`);

    expect(said?.includes('; write `')).toBe(quoted !== null);
    expect(said).toContain(quoted ?? 'in its own way');
  });

  it.each(['"a/"*', '"Ours" and theirs', "'it's'"])(
    'text after a closing quote is reported: %s',
    (written) => {
      expect(mistakesOf(`allowed_images:\n  - ${written}\n`)).toEqual([
        `p:3:5: \`${written}\` goes on after its closing quote; put the quotes around all of it`,
      ]);
    },
  );

  it.each(['Ours: scanned', 'Ours, "here": scanned', 'see https://example.org: there', 'Ours:'])(
    'text that YAML takes for a key must be quoted: %s',
    (written) => {
      const quote = written.includes('"') ? "'" : '"';
      const quotes = `\`${written}\` needs quotes, for YAML reads a \`: \` in its own way; write \`${quote}${written}${quote}\``;

      expect(mistakesOf(`rejection:\n  contact: ${written}   # x\n`)).toEqual([`p:3:12: ${quotes}`]);
      expect(mistakesOf(`allowed_images:\n  - pattern: x\n    because: ${written}\n`)).toEqual([
        `p:4:14: ${quotes}`,
      ]);
    },
  );

  it.each([
    ['{debian,ubuntu}', 'debian, ubuntu'],
    ['debian: 12', 'debian'],
  ])('a pattern that YAML takes for a map is told from a misspelt key: %s', (written, keys) => {
    expect(mistakesOf(`allowed_images:\n  - ${written}\n  - {patern: x}\n`)).toEqual([
      `p:3:5: allowed_images[0] is read as keys with values (${keys}), and a text with braces or \`: \` needs quotes. Known here: pattern, because`,
      'p:4:5: allowed_images[1].pattern is missing; write a text',
      expect.stringMatching(/^p:4:6: allowed_images\[1\]\.patern is not a key .* did you mean `pattern`/),
    ]);
  });

  it('a text that a `#` cuts off must be quoted', () => {
    expect(mistakesOf('rejection:\n  contact: Ask in #ci on Matrix\n')).toEqual([
      'p:3:12: this text ends before `#ci`, which YAML takes for a comment; put the text in quotes, or a blank behind the `#`',
    ]);
    const fine = [
      'python:* #official',
      '"Ask us" #ci',
      'Ask us # in the channel',
      'Ask us ## here',
      "'in #ci'",
      'a#b c',
    ];
    for (const written of fine) expect(mistakesOf(`rejection:\n  contact: ${written}\n`)).toEqual([]);
  });

  it('a number or a truth that should be a text must be quoted', () => {
    expect(mistakesOf('allowed_images: [3.10]\ndefault_image: true\n')).toEqual([
      'p:2:18: allowed_images[0] is `3.1`; write a text or keys with values: put it in quotes',
      'p:3:16: default_image is `true`; write a text: put it in quotes',
    ]);
  });

  it.each([
    ['rejection:\n  message: foo\n    x: y\n', 'p:3:12: this goes on in the next line'],
    ['x:y\nz: a\n', 'p:2:1: this goes on in the next line'],
    ['a:\n   b: 1\n  c: 2\n', 'p:4:1: this key is indented otherwise than the keys beside it'],
    ['a: "x": y\n', 'p:2:4: this value holds a `: `, which begins another'],
  ])('the shape of a file is explained without the words of a parser: %j', (text, message) => {
    expect(mistakesOf(text)).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    'allowed_images: [python:*',
    'allowed_images: [{pattern: x]\n',
    'allowed_images: [a: b: c]\n',
    'pod_template: {spec: {a: "x}}\n',
    'rejection: {message: x}\npod_template:\n  a: |\n\n      \n   b\n  c\n',
  ])('no unquoted pattern is reported where something else is wrong: %j', (text) => {
    expect(mistakesOf(text).join('\n')).not.toContain('needs quotes');
    expect(mistakesOf(text)).not.toEqual([]);
  });

  it.each([
    'allowed_images: &list [python:*]\nallowed_services: *list\n',
    'allowed_images: ["*", \'**\', "{a,b}"]\n',
    'allowed_images: [!!str python]\n',
    'allowed_images:\n  - |-\n    python:*\n  - >-\n    alpine\n',
  ])('YAML that is meant is left alone: %j', (text) => {
    expect(mistakesOf(text)).toEqual([]);
  });

  it('anchors that multiply are still found', () => {
    const levels = Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}]`);

    expect(mistakesOf(['a0: &a0 [x]', ...levels].join('\n'))).toEqual([
      expect.stringContaining('multiply to more than'),
    ]);
  });
});

describe('findUnquotedStart', () => {
  it('cuts what is too long to be read', () => {
    const long = `*${'x'.repeat(1000)}`;

    expect(findUnquotedStart(`- ${long}`, 2)?.message.length).toBeLessThan(500);
  });
});
