import { describe, expect, it } from 'vitest';
import { lintPattern } from '../../src/admission/lint-pattern.ts';

describe('lintPattern', () => {
  it.each([
    ['**', 'risk', 'allows every image of every registry'],
    ['**/*', 'risk', 'allows every image of every registry'],
    ['*/**', 'risk', 'allows every image of every registry'],
    ['*/*:*', 'risk', 'allows any registry or group, such as evil.test/x:latest'],
    ['**/ruby:*', 'risk', 'allows any registry or group, such as evil.test/ruby:latest'],
    ['registry.example.org*/**', 'risk', 'also allows the registry registry.example.org.evil.test'],
    ['registry.example.org*/**', 'risk', 'write registry.example.org/**'],
    [
      'registry.example.org{,.evil.test}/**',
      'risk',
      'also allows the registry registry.example.org.evil.test',
    ],
    [
      '**/registry.example.org/**',
      'risk',
      "also allows evil.test/registry.example.org/…, which is anybody's",
    ],
    ['*/registry.example.org/*', 'risk', 'write registry.example.org/*'],
    ['*.example.org/**', 'risk', 'trusts every host under example.org'],
    ['registry.example.org**', 'gap', 'allows nothing of the registry registry.example.org'],
    ['registry.example.org/*', 'gap', 'does not reach registry.example.org/group/name'],
    ['registry.example.org:5000/*:*', 'gap', 'write registry.example.org:5000/**/*:* if it should'],
    ['registry.example.org/a**/x', 'gap', 'has `a**`, where `**` is no more than `*`'],
    ['docker.io/library/*:*', 'gap', 'does not match the short names'],
    ['library/Ruby:*', 'clutter', 'seems to match no valid image name'],
  ])('says of %s that it is a %s: %s', (pattern, severity, message) => {
    const finding = lintPattern(pattern);

    expect(finding?.severity).toBe(severity);
    expect(finding?.message).toContain(message);
  });

  it.each([
    'python:*',
    'alpine',
    'kdeorg/*:*',
    'registry.example.org/**',
    'registry.example.org/{a,b}/**',
    'registry.example.org/app-[0-9]/x:1.?',
    '{ruby,python}:*',
    '*',
  ])('has nothing to say against %s', (pattern) => expect(lintPattern(pattern)).toBeNull());
});
