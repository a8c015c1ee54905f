import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../src/admission/match/match-pattern.ts';
import { parseImageReference } from '../../../src/admission/parse-image-reference.ts';
import { checkPattern } from '../../../src/policy/pattern/pattern.ts';
import { generatePairs } from '../pattern-pairs.ts';

interface GitlabVerdicts {
  readonly verdicts: readonly { pattern: string; admits?: string[]; rejects?: string[] }[];
}

const isValid = (name: string) => parseImageReference(name).fault === undefined;

function readVerdicts(file: string): GitlabVerdicts['verdicts'] {
  const text = readFileSync(new URL(`../fixtures/${file}`, import.meta.url), 'utf8');
  return (JSON.parse(text) as GitlabVerdicts).verdicts;
}

/** Of the names that are valid, those on which we and GitLab differ. */
function compareWith(verdicts: GitlabVerdicts['verdicts']) {
  const differences: string[] = [];
  let compared = 0;
  for (const { pattern, admits = [], rejects = [] } of verdicts) {
    if (checkPattern(pattern) !== null) continue;
    const matches = compilePattern(pattern);
    for (const [names, expected] of [
      [admits, true],
      [rejects, false],
    ] as const) {
      for (const name of names.filter(isValid)) {
        compared += 1;
        if (matches(name) !== expected)
          differences.push(`${pattern} on ${name}: GitLab says ${String(expected)}`);
      }
    }
  }
  return { differences, compared };
}

describe('compilePattern', () => {
  it("gives GitLab's verdict on every valid name, for every pattern that is not refused", () => {
    const { differences, compared } = compareWith(readVerdicts('gitlab-verdicts.json'));

    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(1100);
  });

  it("gives GitLab's verdict where stars, braces, classes and ends stand side by side", () => {
    const { differences, compared } = compareWith(readVerdicts('doublestar-pairs.json'));

    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(1500);
  });

  it("has GitLab's verdict on every pair that the generator makes with a fixed seed", () => {
    const known = new Map<string, boolean>();
    for (const { pattern, admits = [], rejects = [] } of readVerdicts('doublestar-pairs.json')) {
      for (const name of admits) known.set(`${pattern} ${name}`, true);
      for (const name of rejects) known.set(`${pattern} ${name}`, false);
    }
    const patterns = generatePairs(1);

    for (let each = 0; each < 1200; each += 1) {
      const { pattern, names } = patterns.next().value;
      if (checkPattern(pattern) !== null) continue;
      const matches = compilePattern(pattern);
      const ours = names.filter(isValid).map((name) => [name, matches(name)]);

      expect([pattern, ours]).toEqual([
        pattern,
        ours.map(([name]) => [name, known.get(`${pattern} ${String(name)}`)]),
      ]);
    }
  });

  // Each of them was read otherwise once.
  it.each([
    ['a `**` before a brace', /\*\*\{/],
    ['a star before an end that may be nothing', /\*\{(,|[^{}]*,,|[^{}]*,\})[^{}]*\}?$/],
    ['three stars', /(?<!\*)\*\*\*(?!\*)/],
    ['stars that meet across a brace', /\*[,}][^{}]*\}?\*|\*\{\*/],
    ['`**` in braces', /\{[^}]*\*\*/],
    ['a class that excludes something', /\[[!^]/],
    ['a range around the slash', /\[[.+]-9\]/],
    ['a class with a colon', /\[[^\]]*:/],
    ['a `-` at an end of a class', /\[-|-\]/],
  ])('compares with GitLab on %s, admitted and rejected', (_, form) => {
    const some = readVerdicts('doublestar-pairs.json').filter(
      ({ pattern }) => form.test(pattern) && checkPattern(pattern) === null,
    );

    expect(some.filter(({ admits = [] }) => admits.length > 0).length).toBeGreaterThan(3);
    expect(some.filter(({ rejects = [] }) => rejects.length > 0).length).toBeGreaterThan(3);
  });

  // GitLab Runner, common/allowed_images_test.go, and rows that people get wrong.
  it.each([
    ['ruby:*', ['ruby:2.7'], ['ruby', 'ruby@sha256:1', 'docker.io/library/ruby:2', 'ruby:2/x']],
    ['ruby*', ['ruby', 'ruby:2.7', 'rubyevil:1'], ['a/ruby']],
    ['*:*', ['ruby:2', 'ruby@sha256:1'], ['ruby', 'a/b:1']],
    ['*', ['ruby', 'ruby:2.1'], ['library/ruby:2.1']],
    ['**', ['ruby', 'library/ruby:2.1', 'a/b/c'], []],
    ['**/*', ['ruby', 'library/ruby:2.1', 'my.registry.tld/a/b:1'], []],
    ['**/*:*', ['ruby:2.1', 'library/ruby:2.1'], ['ruby', 'library/ruby']],
    ['*/*:*', ['library/ruby:2.1'], ['ruby:2.1', 'library/ruby', 'a/b/c:1']],
    ['my.registry.tld/*/*:*', ['my.registry.tld/group/ruby:1'], ['my.registry.tld/group/subgroup/ruby:2.1']],
    ['my.registry.tld/*/*/*:*', ['my.registry.tld/group/subgroup/ruby:2.1'], ['my.registry.tld/ruby:2.1']],
    ['my.registry.tld/**/*:*', ['my.registry.tld/group/subgroup/ruby:2.1', 'my.registry.tld/ruby:2.1'], []],
    ['my.registry.tld/**', ['my.registry.tld/a/b:1', 'my.registry.tld'], ['my.registry.tld.evil/x']],
    ['b*/**', ['b1', 'b1/c'], ['b']],
    ['my.registry.tld**', ['my.registry.tld'], ['my.registry.tld/a']],
    ['my.registry.tld*/**', ['my.registry.tld.evil/x'], ['evil/my.registry.tld/x']],
    ['**/ruby:*', ['ruby:1', 'a/ruby:1', 'a/b/ruby:1'], ['ruby', 'xruby:1']],
    ['{ruby,node}:*', ['ruby:1', 'node:20'], ['python:3']],
    ['{docker.io/library/,}python:*', ['python:3', 'docker.io/library/python:3'], ['docker.io/python:3']],
    ['python:3.1[0-3]', ['python:3.11'], ['python:3.14', 'python:3.1']],
    ['node:[!a-z]*', ['node:20'], ['node:lts']],
    ['\\[::1\\]:5000/*', ['[::1]:5000/a'], [':5000/a', '1:5000/a']],
    ['alpine', ['alpine'], ['alpine:3', 'Alpine', 'x/alpine']],
    ['python:3.?', ['python:3.1'], ['python:3.11', 'python:3.']],
    // `**` before a brace is a `*`, and a `*` before a brace needs a character when the name ends there.
    ['registry.example.org/**{,:*,@*}', ['registry.example.org/app:1'], ['registry.example.org/team/app:1']],
    ['**{,:*,@*}', ['ruby:1'], ['a/ruby:1']],
    ['python*{,:*,@*}', ['python:1', 'python3'], ['python']],
    ['python{,:*,@*}', ['python', 'python:1', 'python@sha256:1'], ['python3']],
    ['b***', ['b1'], ['b', 'b/c']],
    // Stars that meet across a brace reach over slashes.
    ['python{*,}*', ['python', 'python.evil.test/x:1'], ['a/python']],
    ['registry.example.org{,:5000}**', ['registry.example.org.evil.test/x'], []],
    [
      '{registry.example.org/**,python:*}',
      ['registry.example.org/a/b', 'python:3'],
      ['python', 'a/python:3'],
    ],
    ['registry.example.org/app{,/**}', ['registry.example.org/app/x/y'], ['registry.example.org/appx']],
    // A class that excludes something, or a range around it, takes a slash.
    ['python[!a-z]*', ['python/x', 'python3'], ['python', 'python/x/y']],
    ['python[.-9]x', ['python/x', 'python.x'], ['pythonx']],
    ['python[^:]*', ['python/x', 'python3:1'], ['python', 'python:3']],
    ['python[:@]*', ['python:3', 'python@sha256:1'], ['python', 'python3']],
    ['x/**/**', ['x/y'], ['x']],
  ])('lets %s admit %j and not %j', (pattern, admitted, rejected) => {
    const matches = compilePattern(pattern);

    expect(checkPattern(pattern)).toBeNull();
    expect(admitted.filter((name) => !matches(name))).toEqual([]);
    expect(rejected.filter(matches)).toEqual([]);
  });

  it.each([
    ['many stars', `a${'*a'.repeat(400)}b`, 'a'.repeat(780)],
    ['many globstars', `${'**/a*/'.repeat(150)}b`, 'aa/'.repeat(260)],
    ['many classes', `${'*[!b]'.repeat(190)}b`, 'a/'.repeat(390)],
    ['many alternatives', `${'{*a,*a*a}'.repeat(8)}b`, 'a'.repeat(780)],
    ['many nested braces', `${'{a,'.repeat(200)}*${'}'.repeat(200)}b`, 'a'.repeat(780)],
  ])('ends, whatever %s a pattern has and however long the name is', (_, pattern, name) => {
    expect(checkPattern(pattern)).toBeNull();
    expect(compilePattern(pattern)(name)).toBe(false);
  });

  it('matches nothing by a pattern that GitLab takes for malformed', () => {
    for (const pattern of ['a[', 'a[]', '*[!]', 'x\\', '{a,[}'])
      expect(compilePattern(pattern)('a[')).toBe(false);
  });

  it('reads nothing as negation, comment, extglob or option', () => {
    expect(compilePattern('#a')('#a')).toBe(true);
    expect(compilePattern('!a/*')('b/c')).toBe(false);
    expect(compilePattern('a/@(b|c)')('a/b')).toBe(false);
    expect(compilePattern('*')('.hidden')).toBe(true);
  });
});
