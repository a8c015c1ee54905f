// The lasting workspace that a job would have: for which project, on which kind of ref, as which user.
import { createHash } from 'node:crypto';
import { appliesTo } from '../admission/allow-list.ts';
import type { ClaimChange, Manifest } from '../cluster/cluster.ts';
import type { Job } from '../job/job.ts';
import { buildContainer } from '../layout/container-names.ts';
import { jobAnnotations, jobLabels, managedBy, ownPrefix, workspaceLabel } from '../pod/labels.ts';
import type { Policy } from '../policy/policy.ts';
import type { JobSecurity } from '../security/job-security.ts';
import {
  heldSinceAnnotation,
  holderLabel,
  lastUsedAnnotation,
  projectAnnotation,
  slotLabel,
  userAnnotation,
} from './claim-labels.ts';

export interface WantedWorkspace {
  /** Of all workspaces that jobs of this project, on this kind of ref, may have. */
  readonly key: string;
  readonly user: string;
  readonly jobId: string;
  readonly slots: number;
  /** Finds its claims, and the pods that use them. */
  readonly selector: string;
  nameOf(slot: number): string;
  /** Held by the job from the start. */
  manifestOf(slot: number, now: Date): Manifest;
  /** From now on the job holds it. */
  hold(now: Date): ClaimChange;
}

/** Of a sha256: two projects never meet, and a name stays one that people can read. */
const keyDigits = 20;

/** @returns null: the policy has none for this job */
export function wantedWorkspace(
  job: Job,
  policy: Pick<Policy, 'lasting_workspaces'>,
  security: Pick<JobSecurity, 'pod' | 'containers'>,
): WantedWorkspace | null {
  const lasting = policy.lasting_workspaces;
  if (lasting === undefined || !isFor(job, lasting)) return null;
  // Where nobody says that the ref is protected, it is not.
  const isProtected = job.isRefProtected === true;
  const key = digestOf([job.instance, job.project.id, isProtected]);
  const user = userOf(security);
  const nameOf = (slot: number): string => `workspace-${digestOf([key, user])}-${slot}`;
  const labels = {
    ...jobLabels(job),
    [workspaceLabel]: key,
    [`${ownPrefix}project-id`]: String(job.project.id),
    [`${ownPrefix}protected`]: String(isProtected),
  };
  const holding = (now: Date) => ({
    [heldSinceAnnotation]: now.toISOString(),
    [lastUsedAnnotation]: now.toISOString(),
  });
  return {
    key,
    user,
    jobId: String(job.id),
    slots: lasting.slots,
    selector: [...Object.entries(managedBy), [workspaceLabel, key]].map((pair) => pair.join('=')).join(','),
    nameOf,
    manifestOf: (slot, now) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name: nameOf(slot),
        labels: { ...labels, [slotLabel]: String(slot) },
        annotations: {
          [projectAnnotation]: jobAnnotations(job, now)[projectAnnotation],
          [userAnnotation]: user,
          ...holding(now),
        },
      },
      spec: {
        // Kubernetes itself then keeps a second pod away, whatever our own marks say.
        accessModes: ['ReadWriteOncePod'],
        ...(lasting.storage_class === undefined ? {} : { storageClassName: lasting.storage_class }),
        resources: { requests: { storage: String(lasting.size) } },
      },
    }),
    hold: (now) => ({ labels: { [holderLabel]: String(job.id) }, annotations: holding(now) }),
  };
}

function isFor(
  { project, isRefProtected }: Job,
  { projects }: NonNullable<Policy['lasting_workspaces']>,
): boolean {
  return projects === undefined || appliesTo({ projects }, { ...project, isRefProtected });
}

/** What one user writes, another could not remove: ids as they are on the disk. */
function userOf({ pod, containers }: Pick<JobSecurity, 'pod' | 'containers'>): string {
  const { runAsUser, runAsGroup } = containers[buildContainer]?.context ?? {};
  const ids = [runAsUser, runAsGroup, pod.context['fsGroup']];
  return ids.map((id) => (typeof id === 'number' ? String(id) : '-')).join(':');
}

const digestOf = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, keyDigits);
