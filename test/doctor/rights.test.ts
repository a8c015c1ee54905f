import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { checkRights, neededRights } from '../../src/doctor/rights.ts';
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
      const findings = await checkRights(patient({ rights }).cluster, signal);
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

  it('warns of an account that may do everything', async () => {
    const findings = await checkRights(patient({ rights: () => true }).cluster, signal);
    expect(
      findings.filter(({ verdict }) => verdict !== 'ok').map(({ check, verdict }) => [check, verdict]),
    ).toEqual([['least rights', 'warn']]);
  });

  it('leaves open what the API server does not answer', async () => {
    const refusal = new SystemFailure('forbidden', { what: 'no reviews for you' });
    const findings = await checkRights(
      { ...patient().cluster, isAllowed: () => Promise.reject(refusal) },
      signal,
    );
    expect(findings.map(({ verdict, found }) => [verdict, found])).toEqual(
      Array.from({ length: 6 }, () => ['skip', 'no reviews for you']),
    );
  });
});
