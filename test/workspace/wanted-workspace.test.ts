import { describe, expect, it } from 'vitest';
import type { Job } from '../../src/job/job.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { resolveSecurity } from '../../src/security/resolve-context.ts';
import { wantedWorkspace } from '../../src/workspace/wanted-workspace.ts';
import { sampleJob, samplePolicy } from '../pod/sample-job.ts';
import { now } from './sample-claim.ts';

const lasting = { size: 20 * 1024 ** 3, slots: 2, max_idle: 3600 };

function wanted(job: Partial<Job> = {}, policy: Partial<Policy> = {}, uid: number | null = null) {
  const whole = { ...samplePolicy, lasting_workspaces: lasting, ...policy };
  const build = uid === null ? null : { uid, gid: null, key: 'image:kubernetes:user' };
  const security = resolveSecurity({ policy: whole, build, services: [] });
  return wantedWorkspace({ ...sampleJob, ...job }, whole, security);
}

describe('wantedWorkspace', () => {
  it('a job has no lasting workspace where the policy has none, or none for its project', () => {
    expect(
      wantedWorkspace(
        sampleJob,
        samplePolicy,
        resolveSecurity({ policy: samplePolicy, build: null, services: [] }),
      ),
    ).toBeNull();
    const forOthers = { lasting_workspaces: { ...lasting, projects: ['other/**'] } };
    expect(wanted({}, forOthers)).toBeNull();
    expect(wanted({ project: { ...sampleJob.project, path: 'other/a/b' } }, forOthers)).not.toBeNull();
  });

  it.each<[string, Partial<Job>]>([
    ['another project', { project: { ...sampleJob.project, id: 43 } }],
    ['the same project number of another GitLab', { instance: 'another' }],
    ['an unprotected ref', { isRefProtected: false }],
    ['a ref of which nobody knows', { isRefProtected: null }],
  ])('the workspace is never the same for %s', (_, job) => {
    const [one, other] = [wanted(), wanted(job)];
    expect(other?.key).not.toBe(one?.key);
    expect(other?.selector).not.toBe(one?.selector);
    expect(other?.nameOf(1)).not.toBe(one?.nameOf(1));
  });

  it('takes a ref of which nobody knows for an unprotected one', () => {
    expect(wanted({ isRefProtected: null })?.key).toBe(wanted({ isRefProtected: false })?.key);
  });

  it('the workspace is the same whatever else a job says of itself', () => {
    const other = wanted({
      id: 5,
      name: 'another',
      ref: 'other',
      variables: [
        { key: 'CI_PROJECT_ID', value: '43', isFile: false, isPublic: true, isMasked: false, isRaw: false },
      ],
    });
    expect(other?.nameOf(2)).toBe(wanted()?.nameOf(2));
  });

  it('counts jobs of another user to the same project, by a claim of its own', () => {
    const [one, other] = [wanted(), wanted({}, {}, 1001)];
    expect(other).toMatchObject({ key: one?.key, user: '1001:1000:1000' });
    expect(other?.nameOf(1)).not.toBe(one?.nameOf(1));
  });

  it('asks for a volume that one pod at a time may have, held by the job from the start', () => {
    const policy = { lasting_workspaces: { ...lasting, storage_class: 'fast' } };
    const workspace = wanted({}, policy);
    const key = workspace?.key ?? '';
    const manifest = workspace?.manifestOf(2, now);
    expect(key).toMatch(/^[0-9a-f]{20}$/);
    expect(manifest).toMatchObject({
      kind: 'PersistentVolumeClaim',
      metadata: {
        name: workspace?.nameOf(2),
        labels: {
          'app.kubernetes.io/managed-by': 'gitlab-pod-executor',
          'gitlab-pod-executor/workspace': key,
          'gitlab-pod-executor/project-id': '42',
          'gitlab-pod-executor/protected': 'true',
          'gitlab-pod-executor/slot': '2',
          'gitlab-pod-executor/job-id': '1001',
        },
        annotations: {
          'gitlab-pod-executor/project': 'group/project',
          'gitlab-pod-executor/user': '1000:1000:1000',
          'gitlab-pod-executor/held-since': now.toISOString(),
          'gitlab-pod-executor/last-used': now.toISOString(),
        },
      },
      spec: {
        accessModes: ['ReadWriteOncePod'],
        storageClassName: 'fast',
        resources: { requests: { storage: '21474836480' } },
      },
    });
    expect(wanted()?.manifestOf(1, now)['spec']).not.toHaveProperty('storageClassName');
  });
});
