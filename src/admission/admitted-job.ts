// The yes, as a value: only admitJob makes one, and the pod builder takes nothing else, so that no name reaches a manifest
// that was not checked, and the name checked is the name run.
import type { Job } from '../job/job.ts';
import type { PullPolicy } from '../policy/policy.ts';
import type { Architecture } from './helper-image.ts';
import type { ImageReference } from './image-reference.ts';

declare const admitted: unique symbol;

export interface AdmittedJob {
  readonly [admitted]: true;
  readonly job: Job;
  readonly build: AdmittedImage;
  readonly helper: AdmittedHelper;
  /** In the order of the job; services of the job only. */
  readonly services: readonly AdmittedService[];
  /** Of the job, for every service of it; each key once. Empty in a job without services. */
  readonly sharedVariables: readonly AdmittedVariable[];
}

/** Filled in; its key is what a container's variable may be called. */
export interface AdmittedVariable {
  readonly key: string;
  readonly value: string;
}

export interface AdmittedImage {
  readonly image: ImageReference;
  /** In order; later ones are fallbacks for a failed pull. Empty: the cluster's default. */
  readonly pullPolicies: readonly PullPolicy[];
  readonly entrypoint: readonly string[] | null;
  /** The job's request, parsed and inside 0–65535; null: none. Still to be layered with the security contexts. */
  readonly user: { readonly uid: number; readonly gid: number | null; readonly key: string } | null;
}

export interface AdmittedHelper extends AdmittedImage {
  /** Of the nodes that it can run on; null: the operator's own image, of which only the operator knows. */
  readonly architecture: Architecture | null;
}

export interface AdmittedService extends AdmittedImage {
  /** Its place in the job's `services`, from 0: some of those may be left out. */
  readonly index: number;
  readonly aliases: readonly string[];
  readonly command: readonly string[] | null;
  /** Its own; each key once. */
  readonly variables: readonly AdmittedVariable[];
}
