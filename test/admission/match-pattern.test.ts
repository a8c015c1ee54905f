import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../src/admission/match-pattern.ts';
import { parseImageReference } from '../../src/admission/parse-image-reference.ts';
import { checkPattern } from '../../src/policy/pattern.ts';

interface GitlabVerdicts {
  readonly verdicts: readonly { pattern: string; admits?: string[]; rejects?: string[] }[];
}

const fixture = new URL('./fixtures/gitlab-verdicts.json', import.meta.url);
const { verdicts } = JSON.parse(readFileSync(fixture, 'utf8')) as GitlabVerdicts;
const isValid = (name: string) => parseImageReference(name).fault === undefined;

describe('compilePattern', () => {
  it("gives GitLab's verdict on every valid name, for every pattern that is not refused", () => {
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

    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(1100);
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
  ])('%s admits %j and not %j', (pattern, admitted, rejected) => {
    const matches = compilePattern(pattern);

    expect(checkPattern(pattern)).toBeNull();
    expect(admitted.filter((name) => !matches(name))).toEqual([]);
    expect(rejected.filter(matches)).toEqual([]);
  });

  it('reads nothing as negation, comment, extglob or option', () => {
    expect(compilePattern('#a')('#a')).toBe(true);
    expect(compilePattern('!a/*')('b/c')).toBe(false);
    expect(compilePattern('a/@(b|c)')('a/b')).toBe(false);
    expect(compilePattern('*')('.hidden')).toBe(true);
  });
});
