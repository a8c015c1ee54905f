import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { checkRights, neededRights, workspaceRight } from '../../src/doctor/rights.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import { patient } from '../stage/doctor-patient.ts';

const signal = new AbortController().signal;

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const shippedRules = parseAllDocuments(readFileSync('config/rbac.yaml', 'utf8'))
  .map((document) => document.toJS() as { readonly kind: string; readonly rules: readonly Rule[] })
  .filter(({ kind }) => kind === 'Role')
  .flatMap(({ rules }) => rules);

describe('config/kubernetes/doctor-rights.yaml', () => {
  it('the optional rights of doctor are to list, and nothing else, for the account of config/rbac.yaml', () => {
    const objects = parseAllDocuments(readFileSync('config/kubernetes/doctor-rights.yaml', 'utf8')).map(
      (document) =>
        document.toJS() as { kind: string; rules?: readonly Rule[]; subjects?: readonly object[] },
    );

    expect(
      objects.flatMap(({ kind, rules = [] }) => rules.map((rule) => [kind, rule.resources, rule.verbs])),
    ).toEqual([
      ['Role', ['resourcequotas', 'limitranges'], ['list']],
      ['ClusterRole', ['nodes'], ['list']],
    ]);
    expect(objects.flatMap(({ subjects = [] }) => subjects)).toEqual(
      Array(2).fill({ kind: 'ServiceAccount', name: 'gitlab-pod-executor', namespace: 'ci' }),
    );
  });
});

describe('checkRights', () => {
  it('asks for what config/rbac.yaml grants, no more and no less', () => {
    expect(
      neededRights.map(({ resource, verbs }) => ({ apiGroups: [''], resources: [resource], verbs })),
    ).toEqual(shippedRules);
  });

  it.each(neededRights.flatMap(({ resource, verbs }) => verbs.map((verb) => [verb, resource] as const)))(
    'notices that `%s` on %s is missing, and gives the rule that grants it',
    async (verb, resource) => {
      const rights = (right: string): boolean => right !== `${verb} ${resource}` && right !== '* *';
      const findings = await checkRights(patient({ rights }).cluster, {}, signal);
      const [missing, ...others] = findings.filter(({ verdict }) => verdict !== 'ok');
      expect(others).toEqual([]);
      expect(missing).toMatchObject({
        check: `right: ${resource}`,
        verdict: ['pods/log', 'events'].includes(resource) ? 'warn' : 'fail',
      });
      expect(missing?.found).toMatch(new RegExp(`^missing: ${verb}; `));
      const [rule] = parse(missing?.remedies[0]?.code ?? '') as Rule[];
      expect(shippedRules).toContainEqual(rule);
    },
  );

  it.each(workspaceRight.verbs)(
    'asks for `%s` on claims where the policy has lasting workspaces, and there alone',
    async (verb) => {
      const text = readFileSync('config/kubernetes/workspace-rights.yaml', 'utf8');
      const [role] = parseAllDocuments(text).map((each) => each.toJS() as { readonly rules: Rule[] });
      const rights = (right: string): boolean =>
        right !== `${verb} persistentvolumeclaims` && right !== '* *';
      const { cluster } = patient({ rights });
      const lasting_workspaces = { size: 1, slots: 1, max_idle: 1 };
      const findings = await checkRights(cluster, { lasting_workspaces }, signal);
      const [missing, ...others] = findings.filter(({ verdict }) => verdict !== 'ok');
      expect(others).toEqual([]);
      expect(missing).toMatchObject({ check: 'right: persistentvolumeclaims', verdict: 'fail' });
      expect(parse(missing?.remedies[0]?.code ?? '')).toEqual(role?.rules);
      expect((await checkRights(cluster, {}, signal)).every((each) => each.verdict === 'ok')).toBe(true);
    },
  );

  it('warns of an account that may do everything', async () => {
    const findings = await checkRights(patient({ rights: () => true }).cluster, {}, signal);
    expect(
      findings.filter(({ verdict }) => verdict !== 'ok').map(({ check, verdict }) => [check, verdict]),
    ).toEqual([['least rights', 'warn']]);
  });

  it('leaves open what the API server does not answer', async () => {
    const refusal = new SystemFailure('forbidden', { what: 'no reviews for you' });
    const findings = await checkRights(
      { ...patient().cluster, isAllowed: () => Promise.reject(refusal) },
      {},
      signal,
    );
    expect(findings.map(({ verdict, found }) => [verdict, found])).toEqual(
      Array.from({ length: 6 }, () => ['skip', 'no reviews for you']),
    );
  });
});
