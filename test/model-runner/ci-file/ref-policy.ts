// `only:` and `except:` of a job (GitLab: lib/gitlab/ci/build/policy).
import { readPattern } from './expression/holds.ts';
import type { PipelineContext } from './pipeline-context.ts';
import { expressionHolds, hasChanged, type RuleContext } from './rules.ts';
import { isSettings, type Settings, textOf, textsOf } from './settings.ts';

/** A job that says nothing, in a file without `workflow:rules`. */
const defaultOnly = ['branches', 'tags'];

/** Every part of `only` must hold, and none of `except`. @throws for what the model has not: `kubernetes` */
export function isWanted(job: Settings, where: RuleContext): boolean {
  const only = partsOf(job['only'] ?? defaultOnly);
  const except = partsOf(job['except'] ?? {});
  return (
    Object.entries(only).every((part) => partHolds(part, where)) &&
    !Object.entries(except).some((part) => partHolds(part, where))
  );
}

const partsOf = (policy: unknown): Settings => (isSettings(policy) ? policy : { refs: policy });

function partHolds([key, value]: readonly [string, unknown], where: RuleContext): boolean {
  if (key === 'refs') return textsOf(value).some((ref) => refHolds(ref, where.context));
  if (key === 'variables') return textsOf(value).some((expression) => expressionHolds(expression, where));
  if (key === 'changes') return hasChanged(value, where);
  throw new Error(`only and except: ${key} is not supported`);
}

function refHolds(text: string, { git, source, from }: PipelineContext): boolean {
  const [, pattern = text, path] = /^(.*?)(?:@([^@]*))?$/s.exec(text) ?? [];
  if (path !== undefined && path !== textOf(from.project ?? 'demo-group/demo-project')) return false;
  if (pattern === 'branches') return git.refType === 'branch';
  if (pattern === 'tags') return git.refType === 'tag';
  if (pattern === source || pattern === plural(source)) return true;
  return pattern.startsWith('/') ? readPattern(pattern).test(git.ref) : pattern === git.ref;
}

const plural = (source: string): string => (source === 'push' ? 'pushes' : `${source}s`);
