// Which jobs of a pipeline can run, which never will, and how it stands in the end (GitLab: lib/gitlab/ci/status/composite.rb,
// app/services/ci/pipeline_processing/atomic_processing_service.rb).
import type { PipelineJob } from './ci-file/pipeline.ts';
import type { JobResult } from './result.ts';

export type PipelineState = 'created' | 'success' | 'failed' | 'canceled' | 'skipped' | 'manual';

export interface Progress {
  readonly job: PipelineJob;
  state: PipelineState | 'running';
  readonly attempts: JobResult[];
}

type Composite = 'waiting' | 'success' | 'failed' | 'canceled' | 'skipped';

/** Marks what is skipped, or waits for somebody. @returns the jobs that can start */
export function decide(
  progress: readonly Progress[],
  { stages, play }: { readonly stages: readonly string[]; readonly play: readonly string[] },
): readonly Progress[] {
  const ready: Progress[] = [];
  // One pass decides all: whoever is waited for stands earlier, or is met in the next turn of the pipeline.
  for (let isSettled = false; !isSettled; ) {
    isSettled = true;
    for (const each of progress) {
      if (each.state !== 'created' || ready.includes(each)) continue;
      const before = compositeOf(each, progress, stages);
      if (before === 'waiting') continue;
      const { when, needs, definition } = each.job;
      if (!startsAfter(when, before, needs !== null)) each.state = 'skipped';
      else if (when === 'manual' && !play.includes(definition.name)) each.state = 'manual';
      else ready.push(each);
      isSettled = false;
    }
  }
  return ready;
}

function startsAfter(when: Progress['job']['when'], before: Composite, hasNeeds: boolean): boolean {
  if (when === 'always') return before !== 'canceled';
  if (when === 'on_failure') return before === 'failed';
  return before === 'success' || (before === 'skipped' && !hasNeeds);
}

/** Of the jobs that one waits for. */
function compositeOf({ job }: Progress, all: readonly Progress[], stages: readonly string[]): Composite {
  const stageOf = (each: Progress) => stages.indexOf(each.job.definition.stage ?? 'test');
  const own = stages.indexOf(job.definition.stage ?? 'test');
  const before = all.filter((other) =>
    job.needs === null
      ? stageOf(other) < own
      : job.needs.some((need) => need.job === other.job.definition.name),
  );
  const states = before.map(stateOf);
  if (states.length === 0) return 'success';
  if (states.some((state) => ['created', 'running', 'manual'].includes(state))) return 'waiting';
  if (job.needs !== null && states.includes('skipped')) return 'skipped';
  if (states.every((state) => state === 'skipped' || state === 'ignored')) return 'skipped';
  if (states.includes('failed')) return 'failed';
  return states.includes('canceled') ? 'canceled' : 'success';
}

/** As others see it: what is allowed to fail has not, and a manual job that may is none to wait for. */
function stateOf({ job, state, attempts }: Progress): Progress['state'] | 'ignored' {
  if (state === 'failed' && attempts.at(-1)?.allowedFailure === true) return 'success';
  const isOptional = job.definition.allow_failure === true;
  if (state === 'canceled' && isOptional) return 'success';
  return state === 'manual' && isOptional ? 'ignored' : state;
}

export function pipelineStatus(progress: readonly Progress[]): 'success' | 'failed' | 'canceled' | 'manual' {
  const states = progress.map(stateOf);
  if (states.includes('failed') || states.includes('running')) return 'failed';
  if (states.includes('canceled')) return 'canceled';
  return states.includes('manual') ? 'manual' : 'success';
}
