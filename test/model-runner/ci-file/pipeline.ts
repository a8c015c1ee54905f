// A pipeline and its jobs, as they are made of a CI file.
import type { JobDefinition } from '../gitlab/job-definition.ts';
import type { Variable } from '../runner/variables.ts';
import type { JobInstance, Need } from './parallel-jobs.ts';
import type { PipelineContext } from './pipeline-context.ts';
import type { Retry } from './retry.ts';
import type { Settings } from './settings.ts';

export interface PipelineJob {
  readonly definition: JobDefinition;
  readonly when: 'on_success' | 'on_failure' | 'always' | 'manual';
  /** Jobs to wait for; null: all of earlier stages. */
  readonly needs: readonly Need[] | null;
  readonly retry: Retry;
  /** Finds the figure in the log; null: none is asked for. */
  readonly coverage: RegExp | null;
}

export interface Pipeline {
  readonly stages: readonly string[];
  /** By stage, then as they stand in the file; without those that their rules leave out. */
  readonly jobs: readonly PipelineJob[];
}

/** One job that the file makes; of a parallel one each. */
export interface Entry {
  readonly name: string;
  readonly faults: readonly string[];
  /** null: its rules leave it out, or it has faults. */
  readonly job: PipelineJob | null;
}

export interface ExpandedFile {
  readonly file: Settings;
  readonly context: PipelineContext;
  readonly stages: readonly string[];
  /** Of the file and its workflow. */
  readonly globals: readonly Variable[];
  readonly instances: ReadonlyMap<string, readonly JobInstance[]>;
}
