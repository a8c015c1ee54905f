// One job of the file: its defaults, whether its rules take it, its variables, what it waits for.
import type { JobDefinition } from '../gitlab/job-definition.ts';
import type { Variable } from '../runner/variables.ts';
import { environmentVariables } from './environment.ts';
import { expandAll } from './expand-all.ts';
import { readPattern } from './expression/holds.ts';
import { idTokenVariables } from './id-tokens.ts';
import { jobDefinitionOf } from './job-definition-of.ts';
import { faultsOf, inheritedKeys } from './job-keys.ts';
import { inherits, mergeVariables, variablesOf } from './job-variables.ts';
import { instanceNames, type JobInstance, type Need, needsOf } from './parallel-jobs.ts';
import type { Entry, ExpandedFile, PipelineJob } from './pipeline.ts';
import { sourceVariables } from './pipeline-context.ts';
import { isWanted } from './ref-policy.ts';
import { retryOf } from './retry.ts';
import { findRule } from './rules.ts';
import { isSettings, listOf, type Settings, settingsOf, textOf, textsOf } from './settings.ts';

export function settleJob(written: string, instance: JobInstance, expanded: ExpandedFile): Entry {
  const { name } = instance;
  const job = withDefaults(settingsOf(expanded.file[written]), expanded.file);
  const stage = textOf(job['stage'] ?? 'test');
  const faults = [...faultsOf(written, job)];
  if (!expanded.stages.includes(stage))
    faults.push(`${written}: stage "${stage}" is none of ${expanded.stages.join(', ')}`);
  if (faults.length > 0) return { name, faults, job: null };
  try {
    return { name, faults, job: settle({ instance, job, stage }, expanded) };
  } catch (error) {
    return { name, faults: [`${written}: ${(error as Error).message}`], job: null };
  }
}

/** `default` and the older global keywords, where the job says nothing. */
function withDefaults(job: Settings, file: Settings): Settings {
  const defaults: Settings = { ...file, ...settingsOf(file['default']) };
  const taken = inheritedKeys.filter(
    (key) => (job[key] ?? null) === null && (defaults[key] ?? null) !== null && inherits(job, 'default', key),
  );
  return { ...job, ...Object.fromEntries(taken.map((key) => [key, defaults[key]])) };
}

interface Unsettled {
  readonly instance: JobInstance;
  readonly job: Settings;
  readonly stage: string;
}

function settle({ instance, job, stage }: Unsettled, expanded: ExpandedFile): PipelineJob | null {
  const { context, stages } = expanded;
  const own = ownVariables({ instance, job }, expanded);
  const facts = variablesOf({ CI_JOB_NAME: instance.name, CI_JOB_STAGE: stage });
  const known = expandAll([...context.predefined, ...facts, ...own, ...context.given]);
  const rule = decide(job, expanded, known);
  const when = textOf(rule?.['when'] ?? job['when'] ?? 'on_success') as PipelineJob['when'] | 'never';
  if (rule === null || when === 'never') return null;
  const variables = mergeVariables(own, variablesOf(rule['variables']));
  const needs = rule['needs'] ?? job['needs'];
  const settled = {
    ...{ name: instance.name, stage, stages, job },
    variables: [
      ...variables,
      ...environmentVariables(job['environment'], expandAll([...known, ...variables, ...context.given])),
      ...idTokenVariables(settingsOf(job['id_tokens']), context),
      ...(when === 'manual' ? [{ key: 'CI_JOB_MANUAL', value: 'true', public: true }] : []),
    ],
    dependencies: dependenciesOf(job, needs, expanded),
    allowFailure: allowFailureOf(job, rule),
  };
  return {
    definition: jobDefinitionOf(settled, context),
    when,
    needs: needs === undefined || needs === null ? null : needsOf(needs, expanded.instances),
    retry: retryOf(job['retry']),
    coverage: job['coverage'] === undefined ? null : readPattern(textOf(job['coverage'])),
  };
}

function ownVariables(
  { instance, job }: Pick<Unsettled, 'instance' | 'job'>,
  expanded: ExpandedFile,
): readonly Variable[] {
  const { index, total } = instance;
  const inherited = expanded.globals.filter(({ key }) => inherits(job, 'variables', key));
  const node = index === null ? [] : [{ CI_NODE_INDEX: index, CI_NODE_TOTAL: total }];
  return [
    ...sourceVariables(expanded.context.from),
    ...node.flatMap(variablesOf),
    ...mergeVariables(inherited, variablesOf(job['variables']), instance.variables),
  ];
}

/** @returns null: not in this pipeline */
function decide(
  job: Settings,
  { file, context }: ExpandedFile,
  variables: readonly Variable[],
): Settings | null {
  if (job['rules'] !== undefined) return findRule(job['rules'], { context, variables });
  const hasPolicy = job['only'] !== undefined || job['except'] !== undefined;
  const hasDefault = settingsOf(file['workflow'])['rules'] === undefined;
  return (!hasPolicy && !hasDefault) || isWanted(job, { context, variables }) ? {} : null;
}

/** `needs` narrow whose artifacts come, and `dependencies` narrow them further. */
function dependenciesOf(
  job: Settings,
  needs: unknown,
  { instances }: ExpandedFile,
): readonly string[] | null {
  const named = job['dependencies'];
  const dependencies = Array.isArray(named)
    ? textsOf(named).flatMap((name) => instanceNames(name, instances))
    : null;
  if (needs === undefined || needs === null) return dependencies;
  const needed: readonly Need[] = needsOf(needs, instances);
  return needed
    .filter(({ job: name, artifacts }) => artifacts && (dependencies?.includes(name) ?? true))
    .map(({ job: name }) => name);
}

/** A manual job is allowed to fail, unless a rule made it one. */
function allowFailureOf(job: Settings, rule: Settings): NonNullable<JobDefinition['allow_failure']> | null {
  const allowed = rule['allow_failure'] ?? job['allow_failure'];
  if (typeof allowed === 'boolean') return allowed;
  if (isSettings(allowed)) return { exit_codes: listOf(allowed['exit_codes']).map(Number) };
  return job['when'] === 'manual' ? true : null;
}
