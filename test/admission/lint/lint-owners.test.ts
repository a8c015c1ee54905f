import { expect, it } from 'vitest';
import { lintOwners } from '../../../src/admission/lint/lint-owners.ts';

it.each([
  ['**/quay.io/**', "also allows evil.test/quay.io/…, which is anybody's"],
  ['*x/**', 'also allows the group evilx of Docker Hub, which anybody may register; write x/**'],
  ['registry.example.or?/**', "also allows the registry registry.example.orx, which is anybody's"],
  ['{a,b}*/x', 'also allows the group a-evil of Docker Hub, which anybody may register; write {a,b}/x'],
  ['a{*,b}/x', 'also allows the group a-evil of Docker Hub, which anybody may register'],
  ['python[!a]*', expect.stringContaining('has `[!a]`, which takes a `/` too')],
])('says of %s %s', (pattern, message) => {
  expect(lintOwners(pattern)).toEqual({ severity: 'risk', message });
});

it('has nothing to say of a pattern that names whom it trusts', () => {
  expect(lintOwners('registry.example.org/**')).toBeNull();
});
