import { describe, expect, it } from 'vitest';
import { lintProjects } from '../../../src/admission/lint/lint-projects.ts';

describe('lintProjects', () => {
  it.each([
    ['team*/**', 'also holds for team-evil/x, and anybody may create such a group; write team/**'],
    ['*team/app', 'also holds for evilteam/app, and anybody may create such a group'],
    ['*/infra', 'also holds for evil/infra, and anybody may create such a group'],
    ['{team,a*}/app', 'also holds for a-evil/app, and anybody may create such a group'],
    ['team[!a]*', 'also holds for team/x, and anybody may create such a group'],
  ])('says of %s: %s', (pattern, message) => {
    expect(lintProjects(pattern)).toEqual({ severity: 'risk', message });
  });

  it('reports a pattern that reads otherwise than it looks', () => {
    expect(lintProjects('team/**{,x}')?.severity).toBe('gap');
  });

  it.each(['team/**', 'team/*', '{team,infra}/**', 'team[12]/**', 'team/app', '**', '*/**', '*/*'])(
    'has nothing to say against %s',
    (pattern) => expect(lintProjects(pattern)).toBeNull(),
  );
});
