import { expect, test } from 'vitest';
import { podName, pullSecretName } from '../../src/layout/container-names.ts';
import { jobAnnotations, jobLabels, jobSelector, managedSelector } from '../../src/pod/labels.ts';
import { sampleJob } from './sample-job.ts';

test('names a job by its instance and id', () => {
  expect(jobLabels({ id: 7, instance: 'gitlab.example.com:443' })).toEqual({
    'app.kubernetes.io/managed-by': 'gitlab-pod-executor',
    'gitlab-pod-executor/instance': '32c7ffbf1c1fe3a9',
    'gitlab-pod-executor/job-id': '7',
  });
});

test('tells the jobs of two instances with one id apart', () => {
  expect(jobSelector({ id: 7, instance: 'a' })).not.toBe(jobSelector({ id: 7, instance: 'b' }));
});

test("selects a job's objects by every label, and all of ours by one", () => {
  expect(jobSelector({ id: 7, instance: 'gitlab.example.com:443' })).toBe(
    'app.kubernetes.io/managed-by=gitlab-pod-executor,gitlab-pod-executor/instance=32c7ffbf1c1fe3a9,gitlab-pod-executor/job-id=7',
  );
  expect(managedSelector()).toBe('app.kubernetes.io/managed-by=gitlab-pod-executor');
});

test("keeps people's texts short and free of control characters", () => {
  const job = { ...sampleJob, name: `a\u001b[31m\n\u202eb${'x'.repeat(500)}` };

  const annotations = jobAnnotations(job, new Date('2026-11-21T03:10:00Z'));

  expect(annotations['gitlab-pod-executor/job']).toMatch(/^a\?\[31m\?\?bx+$/);
  expect(annotations['gitlab-pod-executor/job']).toHaveLength(256);
  expect(annotations['gitlab-pod-executor/deadline']).toBe('2026-11-21T03:10:00.000Z');
});

test('names a pod and its secret so that both fit a DNS label', () => {
  const name = podName(Number.MAX_SAFE_INTEGER, 'k7m2qx4d');

  expect(name).toBe('job-9007199254740991-k7m2qx4d');
  expect(pullSecretName(name)).toMatch(/^[a-z0-9-]{1,63}$/);
});
