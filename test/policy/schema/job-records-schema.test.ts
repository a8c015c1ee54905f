import { expect, test } from 'vitest';
import { jobRecords } from '../../../src/policy/schema/job-records-schema.ts';

test.each(['journald', '/var/log/jobs.jsonl', '/jobs'])('takes %s as the place of records', (to) => {
  expect(jobRecords.safeParse({ to }).success).toBe(true);
});

test.each(['', 'jobs.jsonl', 'syslog', '/var/log/', '/var/../etc/passwd', '/a\0b'])(
  'takes no %j as the place of records',
  (to) => {
    const { error } = jobRecords.safeParse({ to });
    expect(error?.issues[0]?.message).toContain('is neither `journald` nor the absolute path of a file');
  },
);
