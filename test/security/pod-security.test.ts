import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { strategicMerge } from '../../src/pod/strategic-merge.ts';
import {
  checkPodSecurity,
  describeViolations,
  type PodSecurityLevel,
} from '../../src/security/pod-security.ts';

type Json = Record<string, unknown>;

interface Row {
  readonly check: string;
  readonly level: PodSecurityLevel;
  readonly only?: 'baseline';
  readonly from?: number;
  readonly to?: number;
  readonly change: { spec?: Json; pod?: Json; container?: Json; init?: Json; annotations?: Json };
  readonly says?: string;
}

const rows = parse(
  readFileSync(new URL('fixtures/pod-security.yaml', import.meta.url), 'utf8'),
) as readonly Row[];

/** The first release with user namespaces, and the newest that upstream has examples for. */
const [oldest, newest] = [25, 37];

const confined = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };

function changedPod({ change }: Row): Json {
  const container = { name: 'container1', image: 'pause', securityContext: confined };
  const spec = {
    containers: [strategicMerge(container, change.container ?? {})],
    initContainers: [strategicMerge({ ...container, name: 'initcontainer1' }, change.init ?? {})],
    securityContext: strategicMerge(
      { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      change.pod ?? {},
    ),
    ...change.spec,
  };
  return { metadata: { name: 'pod', annotations: change.annotations ?? {} }, spec };
}

describe('says of a pod what the API server says', () => {
  const cases = rows.flatMap((row) => {
    const levels =
      row.level === 'restricted' || row.only ? [row.level] : (['baseline', 'restricted'] as const);
    return levels.map((level) => ({ row, level, change: JSON.stringify(row.change), check: row.check }));
  });

  test.for(cases)('checks $check at $level as the API server does: $change', ({ row, level }) => {
    const pod = changedPod(row);

    for (let minor = row.from ?? oldest; minor <= (row.to ?? newest); minor += 1) {
      const violations = checkPodSecurity(pod, level, `v1.${minor}`);

      const says = row.says === undefined ? [] : [`violates PodSecurity "${level}:v1.${minor}": ${row.says}`];
      const said = violations.length === 0 ? [] : [describeViolations(violations, level, `v1.${minor}`)];
      expect(said).toEqual(says);
    }
  });

  test('the examples have a passing and a failing one of every check', () => {
    const bare = { spec: { containers: [{ name: 'a' }], hostUsers: false } };
    const known = new Set(rows.map(({ check }) => check));
    const failing = new Set(rows.filter(({ says }) => says).map(({ check }) => check));

    const found = checkPodSecurity(bare, 'restricted').map(({ check }) => check);

    expect(found.every((check) => known.has(check))).toBe(true);
    expect([...known].filter((check) => !failing.has(check))).toEqual([]);
    expect(known.size).toBe(19);
  });
});

test('asks nothing at the privileged level', () => {
  const pod = { spec: { hostNetwork: true, containers: [] } };

  expect(checkPodSecurity(pod, 'privileged')).toEqual([]);
});

test('checks by the newest rules when no version is given', () => {
  const pod = { spec: { hostUsers: false, securityContext: { runAsUser: 0 }, containers: [] } };

  expect(checkPodSecurity(pod, 'restricted')).toEqual([]);
  expect(checkPodSecurity(pod, 'restricted', 'v1.34').map(({ check }) => check)).toEqual(['runAsUser']);
});

test('checks policies older than user namespaces by the rules of the first release that has them', () => {
  const pod = { spec: { containers: [{ name: 'a', securityContext: { allowPrivilegeEscalation: false } }] } };

  expect(checkPodSecurity(pod, 'restricted', 'v1.20')).toEqual(checkPodSecurity(pod, 'restricted', 'v1.25'));
});

test('joins several violations as the API server does', () => {
  const violations = checkPodSecurity({ spec: { containers: [{ name: 'a' }] } }, 'restricted');

  expect(describeViolations(violations, 'restricted')).toBe(
    'violates PodSecurity "restricted:latest": ' +
      'allowPrivilegeEscalation != false (container "a" must set securityContext.allowPrivilegeEscalation=false), ' +
      'unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"]), ' +
      'runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true), ' +
      'seccompProfile (pod or container "a" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
  );
});

test('sees ephemeral containers too', () => {
  const pod = { spec: { ephemeralContainers: [{ name: 'debug', securityContext: { privileged: true } }] } };

  expect(checkPodSecurity(pod, 'baseline').map(({ detail }) => detail)).toEqual([
    'container "debug" must not set securityContext.privileged=true',
  ]);
});
