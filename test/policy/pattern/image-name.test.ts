import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findNameFault } from '../../../src/policy/pattern/image-name.ts';

const sha256 = 'a'.repeat(64);

describe('findNameFault', () => {
  it.each([
    'python',
    'python:3.12',
    `python@sha256:${sha256}`,
    `python:3.12@sha256:${sha256}`,
    'library/python',
    'a/b/c/d:1',
    'localhost/x',
    'localhost:5000/x:y',
    'registry.example.org:5000/a_b/c__d/e-f/g---h/i.j:V1_2.3-rc',
    'Registry.Example.org/x',
    '[::1]:5000/x',
    'x'.repeat(247),
    `t/${'x'.repeat(253)}`,
    `registry.example.org/${'x'.repeat(255)}`,
    `MIRROR/${'x'.repeat(255)}`,
    `a:${'t'.repeat(128)}`,
    '8.8.8.8/x',
  ])('takes %s', (name) => expect(findNameFault(name)).toBeNull());

  it.each([
    ['', 0, 'it is empty'],
    ['ubuntu:22.04\nFROM evil', 12, 'character 13 is a line break'],
    ['ubuntu:22.04 --privileged', 12, 'character 13 is a space'],
    ['alpine\t', 6, 'character 7 is a tab'],
    ['a\u001b[31m', 1, 'character 2 is the invisible character U+001B'],
    ['a\u200bb', 1, 'character 2 is the invisible character U+200B'],
    ['аlpine', 0, 'character 1 is `а` (U+0430), which is not ASCII'],
    ['x/😀', 2, 'character 3 is `😀` (U+1F600), which is not ASCII'],
    ['$REGISTRY/x', 0, 'character 1 is a `$`: a variable in it had no value'],
    ['a`id`', 1, 'character 2 is ```'],
    ['ruby:*', 5, 'character 6 is `*`'],
    ['a\\b', 1, 'character 2 is `\\`'],
    ['-alpine', 0, 'it starts with a `-`'],
    ['https://registry.example.org/x', 0, 'it starts with `https://`, and image names have no scheme'],
    ['registry.example.org//app', 21, 'it has `//` at character 21'],
    ['registry.example.org/app/', 25, 'it ends with a `/`'],
    ['/alpine', 0, 'it starts with a `/`'],
    ['registry.example.org/../evil/x', 21, 'its part `..` points elsewhere'],
    ['registry.example.org/./x', 21, 'its part `.` points elsewhere'],
    ['Python:3', 0, 'its part `Python` has upper-case letters'],
    ['a/B/c', 2, 'its part `B` has upper-case letters'],
    ['a/b:1/c', 2, 'its part `b:1` has a `:`'],
    ['a..b', 0, 'where a letter or digit is needed'],
    ['a-', 0, 'where a letter or digit is needed'],
    ['python:', 7, 'its tag is empty'],
    ['python:.x', 7, 'its tag starts with `.`'],
    ['python:3:4', 8, 'its tag `3:4` has a `:`'],
    [`a:${'t'.repeat(129)}`, 130, 'its tag has 129 characters, and 128 are the most'],
    [`t/${'x'.repeat(254)}`, 255, 'its path has 256 characters, and 255 are the most'],
    ['x'.repeat(248), 247, 'its path has 256 characters, with the `library/` that Docker Hub puts before it'],
    [`docker.io/${'x'.repeat(248)}`, 257, 'its path has 256 characters, with the `library/`'],
    [`index.docker.io/${'x'.repeat(255)}`, 263, 'its path has 263 characters, with the `library/`'],
    ['ruby@sha256:abc', 12, 'its digest needs 64 hexadecimal digits after `sha256:`'],
    [`ruby@sha256:${'A'.repeat(64)}`, 12, 'its digest needs 64'],
    [`ruby@md5:${sha256}`, 5, 'after the `@` is not a digest'],
    ['ruby@toString:1', 5, 'after the `@` is not a digest'],
    ['registry.example.org@evil.example/x:1', 21, 'after the `@` is not a digest'],
    [sha256, 0, 'it is the id of an image'],
    ['a.b:port/x', 4, '`port` is not a port'],
    ['.a/x', 0, '`.a` is not the name of a registry'],
    ['a_b.c/x', 0, '`a_b.c` is not the name of a registry'],
    [':5000/x', 0, 'is not the name of a registry'],
    [`${'a.'.repeat(130)}b/x`, 259, 'its registry has 261 characters'],
  ])('finds what is wrong in %j', (name, at, reason) => {
    const fault = findNameFault(name);

    expect(fault?.reason).toContain(reason);
    expect(fault?.at).toBe(at);
  });

  it('looks at no more of a name than a name can have', () => {
    expect(findNameFault('x/'.repeat(50_000))?.reason).toBe('it has 100000 characters, and 780 are the most');
  });

  it('points into the name, whatever the name is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (name) => {
        const fault = findNameFault(name);
        return fault === null ? /^[\w.:/@[\]-]+$/.test(name) : fault.at >= 0 && fault.at <= name.length;
      }),
    );
  });
});
