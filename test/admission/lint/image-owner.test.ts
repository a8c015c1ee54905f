import { describe, expect, it } from 'vitest';
import { isOpenRegistry, ownerOfName } from '../../../src/admission/lint/image-owner.ts';

describe('ownerOfName', () => {
  it.each([
    ['python:3', 'docker.io/library'],
    ['docker.io/library/python', 'docker.io/library'],
    ['kdeorg/ci:1', 'docker.io/kdeorg'],
    ['index.docker.io/kdeorg/ci', 'docker.io/kdeorg'],
    ['ghcr.io/kde/a/b', 'ghcr.io/kde'],
    ['europe-docker.pkg.dev/project/x/y', 'europe-docker.pkg.dev/project'],
    ['registry.example.org/a/b', 'registry.example.org'],
    ['registry.example.org:5000/a/b', 'registry.example.org'],
    ['Registry.Example.org/a', 'registry.example.org'],
    ['[::1]:5000/a', '[::1]'],
    ['a b', null],
  ])('finds the owner of %s: %s', (name, owner) => expect(ownerOfName(name)).toBe(owner));
});

describe('isOpenRegistry', () => {
  it.each([
    ['eu.gcr.io', true],
    ['europe-docker.pkg.dev', true],
    ['evilgcr.io', false],
    ['quay.io.example.org', false],
    ['mcr.microsoft.com', false],
  ])('says of %s: %s', (host, expected) => expect(isOpenRegistry(host)).toBe(expected));
});
