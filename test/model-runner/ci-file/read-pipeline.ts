// A `.gitlab-ci.yml` of a real repository, at a commit, as the jobs of one pipeline. What the model cannot do it says aloud, all at
// once, because a job that runs without its `rules` or its `secrets` would prove nothing.
import type { Variable } from '../runner/variables.ts';
import { expandAll } from './expand-all.ts';
import { extendJobs } from './extend-jobs.ts';
import { listJobs } from './job-keys.ts';
import { mergeVariables, variablesOf } from './job-variables.ts';
import { loadCiFile, refusal } from './load-ci-file.ts';
import { instancesOf } from './parallel-jobs.ts';
import type { Entry, ExpandedFile, Pipeline, PipelineJob } from './pipeline.ts';
import { type PipelineContext, type PipelineSource, readContext } from './pipeline-context.ts';
import { resolveReferences } from './resolve-references.ts';
import { findRule } from './rules.ts';
import { listOf, type Settings, settingsOf, textOf } from './settings.ts';
import { settleJob } from './settle-job.ts';

/** @throws with every reason at once when the file asks for more than the model can, or GitLab would make no pipeline of it */
export function readPipeline(source: PipelineSource): Pipeline {
  const { stages, entries } = expandCiFile(source);
  const faults = entries.flatMap((entry) => entry.faults);
  if (faults.length > 0) throw new Error(refusal(faults));
  const jobs = entries.flatMap(({ job }) => job ?? []);
  if (jobs.length === 0)
    throw new Error('The resulting pipeline would have been empty: no job is left by the rules');
  const missing = jobs.flatMap((job) => missingNeeds(job, jobs));
  if (missing.length > 0) throw new Error(missing.join('\n'));
  const stageOf = ({ definition }: PipelineJob) => stages.indexOf(definition.stage ?? 'test');
  return { stages, jobs: jobs.toSorted((a, b) => stageOf(a) - stageOf(b)) };
}

function missingNeeds({ definition, needs }: PipelineJob, jobs: readonly PipelineJob[]): readonly string[] {
  return (needs ?? [])
    .filter((need) => !need.optional && !jobs.some((job) => job.definition.name === need.job))
    .map(
      ({ job }) =>
        `'${definition.name}' job needs '${job}' job, but '${job}' does not exist in the pipeline. ` +
        'This might be because of the only, except, or rules keywords. ' +
        'To need a job that sometimes does not exist in the pipeline, use needs:optional.',
    );
}

const defaultStages = ['build', 'test', 'deploy'];

export function expandCiFile(source: PipelineSource): {
  readonly stages: readonly string[];
  readonly entries: readonly Entry[];
} {
  const context = readContext(source);
  const file = resolveReferences(extendJobs(loadCiFile(context)));
  const names = listJobs(file);
  const expanded: ExpandedFile = {
    file,
    context,
    stages: ['.pre', ...listOf(file['stages'] ?? defaultStages).map(textOf), '.post'],
    globals: globalVariables(file, context),
    instances: new Map(names.map((name) => [name, instancesOf(name, settingsOf(file[name])['parallel'])])),
  };
  const entries = names.flatMap((name) =>
    (expanded.instances.get(name) ?? []).map((instance) => settleJob(name, instance, expanded)),
  );
  return { stages: expanded.stages, entries };
}

/** @throws when `workflow:rules` let no pipeline be made */
function globalVariables(file: Settings, context: PipelineContext): readonly Variable[] {
  const own = variablesOf(file['variables']);
  const { rules } = settingsOf(file['workflow']);
  if (rules === undefined) return own;
  const variables = expandAll([...context.predefined, ...own, ...context.given]);
  const rule = findRule(rules, { context, variables });
  if (rule === null || rule['when'] === 'never') throw new Error('Pipeline filtered out by workflow rules.');
  return mergeVariables(own, variablesOf(rule['variables']));
}
