import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPattern } from '../../../src/policy/pattern/pattern.ts';

describe('checkPattern', () => {
  it.each([
    'python:*',
    'docker-registry.example.org/**',
    '*',
    '**',
    '**/ruby:*',
    'python:{3.11,3.12}',
    '{docker.io/library/,}python:*',
    '{a,{b,c}}/x',
    'python:3.1[0-3]',
    'node:[!a-z]*',
    'registry.example.org:5000/*@sha256:*',
    '\\[::1\\]:5000/*',
    'a**',
    'x/{a,**}',
    '{registry.example.org/**,python:*}',
    'x/**/**',
    'a[a-]',
    'python[^:]*',
    'python[:@]*',
    'python[!a-z]*',
  ])('takes %s', (pattern) => expect(checkPattern(pattern)).toBeNull());

  it.each([
    ['{1..3}', 'has `{1..3}`, which GitLab reads as plain characters', '{1,2,3}'],
    ['{a..c}', 'has `{a..c}`, which GitLab reads as plain characters', null],
    ['{debian}', 'has `{debian}` with one item', 'debian'],
    ['{,x}/y', 'has an empty alternative beside a `/`', '{,x/}y'],
    ['x/{,y,z}', 'has an empty alternative beside a `/`', 'x{,/y,/z}'],
    ['x/{,{a,b}}', 'has an empty alternative beside a `/`', null],
    ['a{b', 'without its partner', null],
    ['a}b', 'without its partner', null],
    ['a,b', 'without its partner', null],
    ['[[:alpha:]]*', 'a named class', null],
    ['[]a]', 'an empty class', null],
    ['[/]', 'a class with a `/`', null],
    ['a[./]b', 'a class with a `/`', 'a{.,/}b'],
    ['registry.example.org/[^/]*', 'a class with a `/`', 'registry.example.org/?*'],
    ['a[b', 'without its `]`', null],
    ['a]b', 'without its `[`', null],
    ['[z-a]', 'runs backwards', null],
    ['[::1]:5000/*', 'brackets of an IPv6 address', '\\[::1\\]:5000/*'],
    ['a\\.b', 'has a `\\`', 'a.b'],
    ['a\\/b', 'has a `\\`', 'a/b'],
    ['a\\', 'has a `\\`', 'a'],
    [' alpine', 'has a space', 'alpine'],
    ['alpine\n', 'the character U+000A', 'alpine'],
    ['аlpine', '(U+0430)', null],
    ['!evil/*', 'does not negate', null],
    ['@(a|b):*', 'which GitLab reads as plain characters', '{a,b}:*'],
    ['+(a|b):*', 'which GitLab reads as plain characters', null],
    ['https://registry.example.org/*', 'starts with `https://`', 'registry.example.org/*'],
    ['$REGISTRY/*', 'variables are not expanded', null],
    ['/alpine', 'nothing before or after a `/`', 'alpine'],
    ['alpine/', 'nothing before or after a `/`', 'alpine'],
    ['a//b', 'nothing before or after a `/`', 'a/b'],
    ['a/../b', 'has the part `..`', null],
    ['', 'is empty', null],
    ['x'.repeat(1001), 'has 1001 characters', null],
    [
      `{${Array.from({ length: 257 }, (_, index) => index.toString(36)).join()}}`,
      'more than 256 patterns',
      null,
    ],
    ['{a,b}'.repeat(9), 'more than 256 patterns', null],
  ])('refuses %j', (pattern, reason, suggestion) => {
    const fault = checkPattern(pattern);

    expect(fault?.reason).toContain(reason);
    expect(fault?.suggestion).toBe(suggestion);
  });

  it('never suggests what it would refuse, and always ends', () => {
    const syntax = fc.array(fc.constantFrom(...Array.from('ab1*?[]{},/:.-!^\\@($|)é ')), { maxLength: 30 });

    fc.assert(
      fc.property(syntax, (characters) => {
        const fault = checkPattern(characters.join(''));
        return fault?.suggestion == null || checkPattern(fault.suggestion) === null;
      }),
      { numRuns: 3000 },
    );
  });

  it('names what a pattern is compared with', () => {
    expect(checkPattern('a b', 'project path')?.reason).toBe('has a space, and no project path does');
  });
});
