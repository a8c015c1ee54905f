import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { completeDraft } from '../../src/import-config/complete-draft.ts';
import { emptyDraft, setValue } from '../../src/import-config/draft.ts';

describe('completeDraft', () => {
  it('makes jobs root in their user namespace, as the policy for that does, where nobody else is named', () => {
    const draft = emptyDraft();
    const said = completeDraft(draft, true);
    const shipped = parse(readFileSync('config/policies/root-in-user-namespace.yaml', 'utf8')) as Record<
      string,
      unknown
    >;

    for (const key of ['default_security_context', 'enforced_security_context'])
      expect(draft.policy[key]).toEqual(shipped[key]);
    expect(said.join()).toContain('pod-security.kubernetes.io/enforce=baseline');
    expect(draft.policy['resources']).toEqual({
      build: { limits: { cpu: null } },
      helper: { limits: { cpu: null } },
      service: { limits: { cpu: null } },
    });
  });

  it('leaves root out where the same container must not be root', () => {
    const draft = emptyDraft();
    const build = ['enforced_security_context', 'build'];
    setValue(draft, [...build, 'runAsNonRoot'], true, 'key');
    setValue(draft, [...build, 'runAsUser'], 0, 'key');
    expect(completeDraft(draft, false)[0]).toContain(
      '`enforced_security_context.build.runAsUser: 0` is left out',
    );
    expect(draft.policy).toMatchObject({
      default_security_context: { build: { runAsUser: 1000 } },
      enforced_security_context: { build: { runAsNonRoot: true } },
    });
  });

  it('keeps an ordinary user, and gives one a number where none is named', () => {
    const draft = emptyDraft();
    setValue(draft, ['enforced_security_context', 'runAsNonRoot'], true, 'key');
    completeDraft(draft, false);
    expect(draft.policy['default_security_context']).toMatchObject({ runAsUser: 1000, fsGroup: 1000 });
    expect(draft.policy['enforced_security_context']).toMatchObject({
      runAsNonRoot: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(draft.policy['resources']).toBeUndefined();

    const ofBuild = emptyDraft();
    setValue(ofBuild, ['enforced_security_context', 'build', 'runAsNonRoot'], true, 'key');
    expect(completeDraft(ofBuild, false)[0]).toContain('user 1000');
    expect(ofBuild.policy['default_security_context']).toMatchObject({ build: { runAsUser: 1000 } });
  });
});
