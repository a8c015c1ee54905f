import { describe, expect, it } from 'vitest';
import { findNamedOwners } from '../../../src/admission/lint/named-owners.ts';

function named(pattern: string) {
  const { owners, isClosed } = findNamedOwners(pattern);
  return [...[...owners].slice(1), ...(isClosed ? [] : ['…'])];
}

describe('findNamedOwners', () => {
  it.each([
    ['python:*', []],
    ['registry.example.org/**', ['registry.example.org']],
    ['registry.example.org:*/**', ['registry.example.org']],
    ['registry.example.org:5000/app:*', ['registry.example.org']],
    ['kdeorg/*:*', ['docker.io/kdeorg']],
    ['ghcr.io/kde:*', ['ghcr.io/kde']],
    ['ghcr.io/{kde,gnome}/**', ['ghcr.io/kde', 'ghcr.io/gnome']],
    ['registry-[12].example.org/*', ['registry-1.example.org', 'registry-2.example.org']],
    ['ghcr.io/**', ['…']],
    ['ghcr.io/kde*/**', ['…']],
    ['docker.io/**', ['…']],
    ['docker.io/library/**', []],
    ['kdeorg*/**', ['…']],
    ['[a-z]*/x', ['…']],
    ['{a,*}/b', ['docker.io/a', '…']],
    ['python[!a]*', ['…']],
    ['python[.-9]x', ['…']],
    ['x{**,y}', ['…']],
    ['**', ['…']],
  ])('finds in %s the owners %j', (pattern, expected) => expect(named(pattern)).toEqual(expected));
});
