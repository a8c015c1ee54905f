import { describe, expect, it } from 'vitest';
import { instancesOf } from '../../../src/admission/match/pattern-instances.ts';
import { parseImageReference } from '../../../src/admission/parse-image-reference.ts';

const isValid = (name: string) => parseImageReference(name).fault === undefined;

function first(pattern: string) {
  return instancesOf(pattern, isValid).next().value ?? null;
}

describe('instancesOf', () => {
  it.each([
    ['python:3', 'python:3'],
    ['registry.example.org*/**', 'registry.example.org.evil.test/x'],
    ['kdeorg*/**', 'kdeorg-evil/x'],
    ['*.example.org/**', 'evil.example.org/x'],
    ['registry.example.org:5*/**', 'registry.example.org:5.evil.test'],
    ['x@*', `x@sha256:${'0'.repeat(64)}`],
    ['x[:@]sha256:ab*c', `x@sha256:ab${'0'.repeat(61)}c`],
    ['x@sha512:*', `x@sha512:${'0'.repeat(128)}`],
    ['a?-b', 'ax-b'],
    ['library/Ruby:*', null],
    ['a:*/b', 'a:1/b'],
    ['-*', null],
    ['a{,/**}**/@*', `a@sha256:${'0'.repeat(64)}`],
  ])('makes for %s first %s', (pattern, expected) => expect(first(pattern)).toBe(expected));
});
