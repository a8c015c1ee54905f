import { expect, test } from 'vitest';
import { build, lintText, risksOf, spec } from '../lint-text.ts';

test.each<[text: string, risk: string]>([
  [
    'enforced_security_context: {runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}',
    'enforced_security_context: no seccompProfile, nobodyOutside',
  ],
  [
    'enforced_security_context: {allowPrivilegeEscalation: false, seccompProfile: {type: Unconfined}, capabilities: {drop: [ALL]}}',
    'enforced_security_context.seccompProfile: Unconfined, nobodyOutside',
  ],
  [
    'enforced_security_context: {allowPrivilegeEscalation: false, seccompProfile: {type: RuntimeDefault}}',
    'enforced_security_context: capabilities, apart',
  ],
  [
    'enforced_security_context: {seccompProfile: {type: RuntimeDefault}, capabilities: {drop: [ALL]}}',
    'enforced_security_context: allowPrivilegeEscalation, nobodyOutside',
  ],
  [
    build('securityContext: {procMount: Unmasked}'),
    'pod_template.spec.containers[0].securityContext.procMount: Unmasked, nobodyOutside',
  ],
  [
    build('securityContext: {appArmorProfile: {type: Unconfined}}'),
    'pod_template.spec.containers[0].securityContext.appArmorProfile: Unconfined, nobodyOutside',
  ],
  [
    build('securityContext: {seLinuxOptions: {type: spc_t}}'),
    'pod_template.spec.containers[0].securityContext.seLinuxOptions: {"type":"spc_t"}, nobodyOutside',
  ],
  [
    'default_security_context: {runAsUser: 1000, capabilities: {add: [SYS_ADMIN, KILL]}}\n' +
      'enforced_security_context: {seccompProfile: {type: RuntimeDefault}, capabilities: {drop: [CHOWN]}}',
    'default_security_context.capabilities.add: SYS_ADMIN, nobodyOutside',
  ],
  [
    spec('securityContext: {sysctls: [{name: net.core.somaxconn, value: "1"}]}'),
    'pod_template.spec.securityContext.sysctls: net.core.somaxconn, itselfOnly',
  ],
])('warns of %s: %s', (text, risk) => expect(risksOf(text)).toContain(risk));

test('says that jobs with a service would be rejected for the user that the policy gives it', () => {
  const text = `default_security_context: {runAsUser: 0}\n${build('securityContext: {runAsUser: 1000}')}`;

  expect(lintText(text)).toEqual([
    {
      path: ['default_security_context', 'runAsUser'],
      about: '0',
      severity: 'gap',
      message:
        'is the user of a service that asks for none, and enforced_security_context.runAsNonRoot (as shipped) is true: jobs with such a service are rejected',
    },
  ]);
});

test.each([
  build(
    'securityContext: {seccompProfile: {type: Unconfined}, allowPrivilegeEscalation: true, capabilities: {add: [SYS_ADMIN]}}',
  ),
])('has nothing to say about %s', (text) => expect(lintText(text)).toEqual([]));

test.each([
  ['a job that is another user', 'default_security_context: {runAsUser: 1000}', true],
  ['root, who can end it', 'default_security_context: {runAsUser: 0}', false],
])('says of set-uid programs whether they outlive the script of %s', (_, user, outlives) => {
  const text = `${user}\nenforced_security_context: {runAsNonRoot: false, seccompProfile: {type: RuntimeDefault}, capabilities: {drop: [ALL]}}`;

  const messages = lintText(text).map(({ message }) => message);

  expect(messages.filter((message) => /gain rights/.test(message))).toHaveLength(1);
  expect(messages.some((message) => /outlives the script that started it/.test(message))).toBe(outlives);
});
