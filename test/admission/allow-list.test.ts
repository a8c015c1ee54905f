import { describe, expect, it } from 'vitest';
import { appliesTo, selectAllowList } from '../../src/admission/allow-list.ts';
import type { PolicyRule } from '../../src/policy/policy.ts';
import { samplePolicy } from './sample-policy.ts';

const project = { id: 42, path: 'team/app/web', namespaceId: 7, isRefProtected: true };

describe('appliesTo', () => {
  it.each<[PolicyRule['when'], boolean]>([
    [{ projects: ['team/**'] }, true],
    [{ projects: ['team/*'] }, false],
    [{ projects: ['other/**', 'team/app/*'] }, true],
    [{ projects: ['tea/**'] }, false],
    [{ projects: ['team/**{,/x}'] }, false],
    [{ projects: ['team/app/web*{,x}'] }, false],
    [{ projects: ['{team/**,other/*}'] }, true],
    [{ projects: ['team[!a-z]app/web'] }, true],
    [{ project_ids: [41, 42] }, true],
    [{ project_ids: [41] }, false],
    [{ namespace_ids: [7] }, true],
    [{ namespace_ids: [42] }, false],
    [{ protected_ref: true }, true],
    [{ protected_ref: false }, false],
    [{ projects: ['team/**'], protected_ref: true, project_ids: [42], namespace_ids: [7] }, true],
    [{ projects: ['team/**'], project_ids: [1] }, false],
  ])('says of %j that it holds: %s', (when, expected) => expect(appliesTo(when, project)).toBe(expected));

  it('holds for no namespace where GitLab does not name it', () => {
    expect(appliesTo({ namespace_ids: [7] }, { ...project, namespaceId: null })).toBe(false);
  });
});

describe('appliesTo, of a job whose branch may be protected or not', () => {
  it.each([true, false])('protected_ref: %s does not hold', (protected_ref) => {
    expect(appliesTo({ protected_ref }, { ...project, isRefProtected: null })).toBe(false);
    expect(appliesTo({ project_ids: [42] }, { ...project, isRefProtected: null })).toBe(true);
  });
});

describe('selectAllowList', () => {
  const rules = [
    { when: { project_ids: [42] }, allowed_images: [{ pattern: 'golang:*' }] },
    { when: { project_ids: [1] }, allowed_images: [{ pattern: 'kaniko:*' }] },
  ];
  const policy = samplePolicy({ allowed_images: [{ pattern: 'debian:*' }], rules });

  it("adds what rules give to the project after everybody's patterns", () => {
    const list = selectAllowList(policy, 'image', project) ?? [];

    expect(list.map(({ pattern, rule }) => [pattern, rule])).toEqual([
      ['debian:*', null],
      ['golang:*', 0],
    ]);
  });

  it('adds nothing for nobody in particular', () => {
    expect(selectAllowList(policy, 'image', null)).toHaveLength(1);
  });
});
