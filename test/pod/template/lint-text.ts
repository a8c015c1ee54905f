// What lint says about a policy that is written as YAML, and short ways to write one.
import type { LintFinding } from '../../../src/admission/lint/lint-policy.ts';
import { checkPodPolicy } from '../../../src/pod/check-pod-policy.ts';
import { lintPodPolicy } from '../../../src/pod/lint-pod-policy.ts';
import { promises } from '../../../src/pod/template/promises.ts';
import { formatKeyPath } from '../../../src/policy/problem.ts';
import { readPolicy } from '../../../src/policy/read-policy.ts';

/** The policy must load. */
export function lintText(text: string): readonly LintFinding[] {
  const read = readPolicy({
    text: `cluster: {namespace: ci}\n${text}`,
    file: 'policy.yaml',
    checks: [checkPodPolicy],
  });
  return lintPodPolicy(read.policy);
}

/** Its risks as `PLACE: ABOUT, PROMISE`. */
export function risksOf(text: string): string[] {
  return lintText(text)
    .filter(({ severity }) => severity === 'risk')
    .map(({ path, about, message }) => {
      const touched = Object.entries(promises).find(([, words]) =>
        message.endsWith(`the promise that ${words})`),
      );
      return `${formatKeyPath(path)}: ${about}, ${touched?.[0] ?? 'no promise'}`;
    });
}

export const spec = (text: string): string => `pod_template: {spec: {${text}}}`;
export const build = (text: string): string => spec(`containers: [{name: build, ${text}}]`);
/** `source` is mounted in a container; `mine` is one that the template brings. */
export const volume = (source: string, container: string): string => {
  const image = container === 'mine' ? 'image: mine:1, ' : '';
  return spec(
    `volumes: [{name: v, ${source}}], containers: [{name: ${container}, ${image}volumeMounts: [{name: v, mountPath: /v}]}]`,
  );
};
