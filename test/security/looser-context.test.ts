import { expect, it } from 'vitest';
import type { SecurityFields } from '../../src/policy/policy.ts';
import { shippedDefaultContext, shippedEnforcedContext } from '../../src/policy/schema/security-schema.ts';
import { looserFields } from '../../src/security/looser-context.ts';
import { resolveSecurity } from '../../src/security/resolve-context.ts';

const securityOf = (changes: SecurityFields = {}) =>
  resolveSecurity({
    policy: {
      default_security_context: shippedDefaultContext,
      enforced_security_context: { ...shippedEnforcedContext, ...changes },
    },
    build: null,
    services: [{ index: 0, requested: null }],
  });

const localhost = { type: 'Localhost', localhostProfile: 'x.json' };

it.each<[string, SecurityFields, string[]]>([
  ['the same', {}, []],
  ['another user', { runAsUser: 7 }, []],
  ['more confined', { readOnlyRootFilesystem: true }, []],
  ['root', { runAsNonRoot: false, runAsUser: 0 }, ['runAsNonRoot']],
  ['a seccomp file', { build: { seccompProfile: localhost } }, ['seccompProfile']],
  ['a capability', { services: { capabilities: { add: ['NET_RAW'] } } }, ['capabilities.add']],
  ['capabilities kept', { capabilities: { drop: ['KILL'] } }, ['capabilities.drop']],
  ['escalation', { allowPrivilegeEscalation: true }, ['allowPrivilegeEscalation']],
  ['an open /proc', { build: { procMount: 'Unmasked' } }, ['procMount']],
])('tells what is looser: %s', (_, changes, expected) => {
  expect(looserFields(securityOf(), securityOf(changes))).toEqual(expected);
});

it('finds nothing looser in what takes the looseness back', () => {
  expect(looserFields(securityOf({ allowPrivilegeEscalation: true }), securityOf())).toEqual([]);
});
