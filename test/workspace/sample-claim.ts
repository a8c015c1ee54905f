// Claims and pods for tests of lasting workspaces.
import type { Claim, Pod } from '../../src/cluster/cluster.ts';

export const now = new Date('2026-11-29T12:00:00Z');

/** RFC 3339. */
export const ago = (seconds: number): string => new Date(now.getTime() - seconds * 1000).toISOString();

export interface SampleClaim {
  readonly slot?: number;
  readonly user?: string;
  /** Seconds. */
  readonly lastUsed?: number;
  readonly holder?: { readonly jobId: string; readonly since: number };
  readonly isGoing?: boolean;
  readonly size?: string;
  readonly project?: string;
}

export function sampleClaim(
  name: string,
  {
    slot = 1,
    user = '1000:1000:1000',
    lastUsed = 60,
    holder,
    isGoing,
    size = '1Gi',
    project,
  }: SampleClaim = {},
): Claim {
  return {
    metadata: {
      name,
      uid: `uid-of-${name}`,
      resourceVersion: '1',
      creationTimestamp: ago(7200),
      ...(isGoing && { deletionTimestamp: ago(1) }),
      labels: {
        'app.kubernetes.io/managed-by': 'gitlab-pod-executor',
        'gitlab-pod-executor/workspace': 'key',
        'gitlab-pod-executor/slot': String(slot),
        ...(holder && { 'gitlab-pod-executor/job-id': holder.jobId }),
      },
      annotations: {
        'gitlab-pod-executor/user': user,
        'gitlab-pod-executor/last-used': ago(lastUsed),
        ...(project !== undefined && { 'gitlab-pod-executor/project': project }),
        ...(holder && { 'gitlab-pod-executor/held-since': ago(holder.since) }),
      },
    },
    spec: { volumeName: `volume-of-${name}`, resources: { requests: { storage: size } } },
    status: { phase: 'Bound' },
  };
}

/** A pod that uses a claim. */
export const podWith = (claimName: string, rest: Partial<Pod> & { leavingFor?: number } = {}): Pod => {
  const { leavingFor, ...pod } = rest;
  return {
    metadata: {
      name: `pod-of-${claimName}`,
      uid: `pod-of-${claimName}`,
      ...(leavingFor !== undefined && { deletionTimestamp: ago(leavingFor) }),
    },
    spec: { volumes: [{ name: 'workspace', persistentVolumeClaim: { claimName } }] },
    status: { phase: 'Running' },
    ...pod,
  };
};
