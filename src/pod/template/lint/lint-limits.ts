// Limits that are not there, in what `resources` and a pod_template come to together.
import type { LintFinding } from '../../../admission/lint/lint-policy.ts';
import type { ContainerRole, Policy } from '../../../policy/policy.ts';
import type { KeyPath } from '../../../policy/problem.ts';
import { isObject } from '../../../security/field-values.ts';
import type { TemplateView } from '../template-view.ts';
import { fieldRisk } from './lint-finding.ts';

/** What one job takes of these, others on the node lack; processor time is shared out by the requests. */
const neededLimits = {
  memory: 'has no limit: one job can take the memory of its node',
  'ephemeral-storage': 'has no limit: one job can fill the disk of its node',
} as const;

const roles: readonly ContainerRole[] = ['build', 'helper', 'service'];

export function lintLimits({ resources }: Policy, { containers }: TemplateView): LintFinding[] {
  return Object.entries(neededLimits).flatMap(([name, what]) => [
    ...roles
      .filter((role) => resources[role].limits?.[name] === undefined)
      .filter(
        (role) => !containers.some((each) => each.role === role && limitsOf(each.fields)[name] !== undefined),
      )
      .map((role) => finding(['resources', role, 'limits', name], what)),
    ...containers
      .filter(({ role, fields }) => role !== 'own' && limitsOf(fields)[name] === null)
      .map(({ path }) => finding([...path, 'resources', 'limits', name], what)),
  ]);
}

const finding = (path: KeyPath, what: string): LintFinding =>
  fieldRisk(path, path.at(-1), 'itselfOnly', what);

function limitsOf(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const resources = isObject(fields['resources']) ? fields['resources'] : {};
  return isObject(resources['limits']) ? resources['limits'] : {};
}
