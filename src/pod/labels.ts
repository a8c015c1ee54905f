// How a job's objects are found again: by labels made of trusted data only. Job ids are unique within one GitLab instance.
import { createHash } from 'node:crypto';
import type { Job, JobIdentity } from '../job/job.ts';

export const managedBy = { 'app.kubernetes.io/managed-by': 'gitlab-pod-executor' } as const;

/** Everything of ours starts with this: an operator's template may not. */
export const ownPrefix = 'gitlab-pod-executor/';

/** What pods are found and swept by, and what we wrote down about them. */
export const isOwnKey = (key: string): boolean => key.startsWith(ownPrefix) || Object.hasOwn(managedBy, key);

/** On a lasting workspace, and on the pod that uses it: for which project and kind of ref it is. */
export const workspaceLabel = `${ownPrefix}workspace`;

/** RFC 3339; from then on `sweep` may take the pod. */
export const deadlineAnnotation = `${ownPrefix}deadline`;

/** Half of a sha256: two instances in one namespace never meet, and a label value takes 63 characters at most. */
const instanceDigits = 16;

/** Annotations are for people; a name longer than this is cut. */
const maxAnnotationLength = 256;

export function jobLabels({ id, instance }: JobIdentity): Record<string, string> {
  const digest = createHash('sha256').update(instance).digest('hex').slice(0, instanceDigits);
  return { ...managedBy, [`${ownPrefix}instance`]: digest, [`${ownPrefix}job-id`]: String(id) };
}

/** The label selector of all that belongs to this job, whichever attempt made it. */
export function jobSelector(identity: JobIdentity): string {
  return selector(jobLabels(identity));
}

/** The label selector of all that this program ever made in a namespace. */
export function managedSelector(): string {
  return selector(managedBy);
}

export function jobAnnotations(job: Job, deadline: Date): Record<string, string> {
  return {
    [`${ownPrefix}job`]: plain(job.name),
    [`${ownPrefix}project`]: plain(job.project.path),
    [deadlineAnnotation]: deadline.toISOString(),
  };
}

const selector = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

/** Job and project names come from people: nothing that moves a cursor in somebody's terminal. */
const plain = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?').slice(0, maxAnnotationLength);
