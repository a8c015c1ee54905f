// The spans of a job: one for all that this program did, and below it one for each stage. They say what a record says, in GitLab's trace.
import { buildContainer } from '../../layout/container-names.ts';
import type { RecordedStage } from '../job-record.ts';
import type { RecordNotes } from '../record-notes.ts';

export interface JobSpan {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** The code of a failure; null: it went well. */
  readonly failure: string | null;
}

export interface JobSpans {
  readonly whole: JobSpan;
  readonly stages: readonly JobSpan[];
}

/** No name is a job's own text, which would make a kind of span of each. */
export function jobSpans({ job, images, pod, policy, stages }: RecordNotes): JobSpans {
  const spans = stages.map(stageSpan);
  const failed = stages.find(({ stage, outcome }) => outcome !== 'success' && stage !== 'cleanup');
  const build = images.find(({ container }) => container === buildContainer);
  const attributes = {
    'ci.job.id': job.id,
    'ci.project.id': job.project.id,
    'gitlab_pod_executor.policy': policy,
    ...(pod !== null && {
      'k8s.pod.name': pod.name,
      'gitlab_pod_executor.pod_ready_seconds': pod.ready_seconds,
    }),
    ...(pod?.node != null && { 'k8s.node.name': pod.node }),
    ...(build?.canonical != null && { 'container.image.name': build.canonical }),
  };
  const start = Math.min(...spans.map((span) => span.start));
  const end = Math.max(...spans.map((span) => span.end));
  const failure = failed?.code ?? null;
  return { whole: { name: 'gitlab_pod_executor', start, end, attributes, failure }, stages: spans };
}

function stageSpan({ stage, sub_stage, started, seconds, outcome, code }: RecordedStage): JobSpan {
  const start = Date.parse(started);
  return {
    name: sub_stage === '' ? stage : sub_stage,
    start,
    end: start + seconds * 1000,
    attributes: { 'gitlab_pod_executor.stage': stage, 'gitlab_pod_executor.outcome': outcome },
    failure: outcome === 'success' ? null : code,
  };
}
