// `rules:` of a job, a workflow or an include: the first one that holds decides (GitLab: lib/gitlab/ci/build/rules).
import type { Variable } from '../runner/variables.ts';
import { fillVariables } from './expand-all.ts';
import { holds } from './expression/holds.ts';
import { filePattern } from './file-pattern.ts';
import type { PipelineContext } from './pipeline-context.ts';
import { isSettings, listOf, type Settings, textOf, textsOf } from './settings.ts';

export interface RuleContext {
  readonly context: PipelineContext;
  /** Expanded already. */
  readonly variables: readonly Variable[];
}

/** @returns null: none holds. @throws when a rule cannot be understood */
export function findRule(rules: unknown, where: RuleContext): Settings | null {
  const flat = listOf(rules).flat(Number.POSITIVE_INFINITY).filter(isSettings);
  return flat.find((rule) => ruleHolds(rule, where)) ?? null;
}

/** Everything that a rule asks for must be so. */
function ruleHolds(rule: Settings, where: RuleContext): boolean {
  return (
    (rule['if'] === undefined || expressionHolds(textOf(rule['if']), where)) &&
    (rule['changes'] === undefined || hasChanged(rule['changes'], where)) &&
    (rule['exists'] === undefined || exists(rule['exists'], where))
  );
}

export function expressionHolds(expression: string, { variables }: RuleContext): boolean {
  return holds(expression, (name) => variables.findLast(({ key }) => key === name)?.value ?? null);
}

/** Where there is nothing to compare with, GitLab takes everything as changed. */
export function hasChanged(changes: unknown, where: RuleContext): boolean {
  const { paths, compare_to: compareTo = null } = isSettings(changes) ? changes : { paths: changes };
  const base = compareTo === null ? null : fillVariables(textOf(compareTo), where.variables);
  const changed = where.context.changes(base);
  return changed === null || anyMatches(paths, changed, where);
}

function exists(wanted: unknown, where: RuleContext): boolean {
  if (isSettings(wanted) && 'project' in wanted) throw new Error('rules:exists:project is not supported');
  return anyMatches(isSettings(wanted) ? wanted['paths'] : wanted, where.context.files(), where);
}

function anyMatches(globs: unknown, paths: readonly string[], { variables }: RuleContext): boolean {
  const patterns = textsOf(globs).map((glob) => filePattern(fillVariables(glob, variables)));
  return patterns.some((pattern) => paths.some((path) => pattern.test(path)));
}
