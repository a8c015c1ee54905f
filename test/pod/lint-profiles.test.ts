import { expect, it } from 'vitest';
import { formatKeyPath } from '../../src/policy/problem.ts';
import { lintText } from './template/lint-text.ts';

const found = (text: string): string[] =>
  lintText(text).map(({ path, severity, message }) => `${severity} ${formatKeyPath(path)}: ${message}`);

const buildProfile = `
profiles:
  image-build:
    default_security_context: {runAsUser: 0}
    enforced_security_context: {runAsNonRoot: false, build: {capabilities: {add: [SETFCAP]}}}
`;

it('names a profile that nobody gets', () => {
  expect(found('profiles: {large: {timeouts: {ready: 1h}}}')).toEqual([
    'clutter profiles.large: is given to nobody: no rule names it',
  ]);
});

it('names rules that give a looser one to refs that are not protected', () => {
  const rules = (when: string) => `${buildProfile}rules: [{when: {${when}}, profile: image-build}]`;

  expect(found(rules('projects: [a/**]'))).toEqual([
    expect.stringMatching(
      /^risk rules\[0\]\.profile: is looser than the policy \(runAsNonRoot, capabilities\.add\), and the rule gives it to branches/,
    ),
  ]);
  expect(found(rules('projects: [a/**], protected_ref: false'))).toHaveLength(1);
  expect(found(rules('projects: [a/**], protected_ref: true'))).toEqual([]);
});

it('says nothing of one that is not looser', () => {
  expect(
    found(
      'profiles: {large: {resources: {build: {limits: {memory: 16Gi}}}}}\nrules: [{when: {project_ids: [1]}, profile: large}]',
    ),
  ).toEqual([]);
});

it('lints the pods of a profile at the place of its own fields', () => {
  const text = `
profiles: {open: {enforced_security_context: {build: {procMount: Unmasked}}, pod_template: {spec: {enableServiceLinks: true}}}}
rules: [{when: {project_ids: [1], protected_ref: true}, profile: open}]
`;
  expect(found(text)).toEqual([
    expect.stringMatching(/^risk profiles\.open\.enforced_security_context\.build\.procMount:/),
    expect.stringMatching(/^risk profiles\.open\.pod_template\.spec\.enableServiceLinks:/),
  ]);
});
