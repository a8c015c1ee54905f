// A job of the file, with its variables settled, as the definition that the model GitLab takes.
import { artifactsOf } from '../gitlab/ci-artifacts.ts';
import { cachesOf } from '../gitlab/ci-cache.ts';
import { seconds } from '../gitlab/ci-duration.ts';
import type { ImageDefinition, JobDefinition, ServiceDefinition } from '../gitlab/job-definition.ts';
import type { Variable } from '../runner/variables.ts';
import type { PipelineContext } from './pipeline-context.ts';
import { releaseScript } from './release.ts';
import { isSettings, listOf, type Settings, settingsOf, textOf } from './settings.ts';

export interface SettledJob {
  readonly name: string;
  readonly stage: string;
  readonly stages: readonly string[];
  /** With the defaults in it. */
  readonly job: Settings;
  readonly variables: readonly Variable[];
  /** null: the artifacts of all earlier stages. */
  readonly dependencies: readonly string[] | null;
  readonly allowFailure: NonNullable<JobDefinition['allow_failure']> | null;
}

export function jobDefinitionOf(settled: SettledJob, context: PipelineContext): JobDefinition {
  const { name, stage, stages, job, variables, dependencies, allowFailure } = settled;
  const { from, git, isProtected, given: pipelineVariables } = context;
  return {
    ...{ name, stage, stages, variables },
    ...(pipelineVariables.length > 0 && { pipeline_variables: pipelineVariables }),
    ...given(job, 'image', (value) => value as string | ImageDefinition),
    ...given(job, 'services', (value) => value as readonly (string | ServiceDefinition)[]),
    ...given(job, 'before_script', commandsOf),
    ...given(job, 'script', commandsOf),
    ...given(job, 'after_script', commandsOf),
    ...artifacts(name, job),
    ...given(job, 'cache', (value) => cachesOf(value, context)),
    ...given(job, 'timeout', (value) => seconds(textOf(value))),
    ...given(job, 'hooks', hooksOf),
    ...(isSettings(job['release']) && {
      more_steps: [{ name: 'release', script: releaseScript(job['release']) }],
    }),
    ...(dependencies !== null && { dependencies }),
    ...(allowFailure !== null && { allow_failure: allowFailure }),
    ...{ repository: from.repository, ref: git.ref, sha: git.sha },
    ...(from.project !== undefined && { project: from.project }),
    ...(!isProtected && { protected: false }),
  };
}

function given<K extends string, T>(
  job: Settings,
  key: K,
  read: (value: unknown) => T,
): { readonly [P in K]?: T } {
  const value = job[key];
  return (value === undefined || value === null ? {} : { [key]: read(value) }) as { readonly [P in K]?: T };
}

/** One command, a list, or lists in lists as anchors and references make them. */
function commandsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.flatMap(commandsOf) : [textOf(value)];
}

function hooksOf(value: unknown) {
  return Object.entries(settingsOf(value)).map(([name, script]) => ({ name, script: commandsOf(script) }));
}

/** GitLab adds what a pages job publishes to its artifacts. */
function artifacts(name: string, job: Settings): Pick<JobDefinition, 'artifacts'> {
  const { pages = name === 'pages' } = job;
  if (pages === false) return given(job, 'artifacts', artifactsOf);
  const publish = textOf(settingsOf(pages)['publish'] ?? job['publish'] ?? 'public');
  const written = settingsOf(job['artifacts']);
  const paths = listOf(written['paths']);
  return {
    artifacts: artifactsOf({ ...written, paths: paths.includes(publish) ? paths : [...paths, publish] }),
  };
}
