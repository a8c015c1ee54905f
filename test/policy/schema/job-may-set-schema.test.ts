import { expect, it } from 'vitest';
import { jobMaySet } from '../../../src/policy/schema/job-may-set-schema.ts';

const messagesOf = (written: unknown) =>
  jobMaySet.safeParse(written).error?.issues.map(({ message }) => message) ?? [];

it('jobMaySet reads amounts as texts, and lists as they are', () => {
  expect(jobMaySet.parse({ build: { limits: { cpu: 4, memory: '8Gi' } }, labels: ['team=*'] })).toEqual({
    build: { limits: { cpu: '4', memory: '8Gi' } },
    labels: ['team=*'],
  });
});

it('jobMaySet refuses what no variable of GitLab sets, what is no amount, and what is below its request', () => {
  expect(jobMaySet.safeParse({ build: { limits: { 'nvidia.com/gpu': 1 } } }).success).toBe(false);
  expect(jobMaySet.safeParse({ init: {} }).success).toBe(false);
  expect(messagesOf({ build: { limits: { memory: '4' } } })).toEqual([
    expect.stringContaining('did you mean `4Gi`'),
  ]);
  expect(messagesOf({ build: { requests: { cpu: '4' }, limits: { cpu: '2' } } })).toEqual([
    expect.stringContaining('is more than its limit, 2'),
  ]);
});
