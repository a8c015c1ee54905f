import { describe, expect, it, vi } from 'vitest';
import { Rejection } from '../../src/admission/rejection.ts';
import { BuildFailure } from '../../src/outcome/build-failure.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import type { JobRecord } from '../../src/record/job-record.ts';
import { type RecordTools, recordCleanup, type WriteRecord } from '../../src/record/record-cleanup.ts';
import { recordRun } from '../../src/record/record-notes.ts';
import { recordPrepare } from '../../src/record/record-prepare.ts';
import type { StageIo } from '../../src/stage/stage-io.ts';
import { sampleJob, samplePolicy } from '../pod/sample-job.ts';
import { fakeIo, fault } from '../stage/fake-io.ts';

const policy = { ...samplePolicy, default_image: 'ruby:3.4', job_records: { to: '/var/log/jobs.jsonl' } };
const digest = `sha256:${'a'.repeat(64)}`;
const now = () => new Date('2026-11-29T12:00:00Z');
const sendSpans = () => Promise.reject(new Error('nothing is traced'));

const prepared = async (io: StageIo): Promise<void> => {
  io.observe?.({ kind: 'job-read', job: sampleJob });
  io.observe?.({ kind: 'planned', profile: 'large' });
  io.observe?.({
    kind: 'pod-ready',
    seconds: 2.3456,
    pod: 'job-1001-a',
    node: 'node-7',
    uid: '1000',
    uidMap: '0 1 65536',
    workspace: 'workspace-1',
  });
};

async function cleanedUp(io: StageIo, pods: readonly object[] = []) {
  const write = vi.fn<WriteRecord>(() => Promise.resolve());
  await recordCleanup(io, { write, sendSpans, now }, async (seen) => seen(pods as never));
  const [[to, text] = []] = write.mock.calls;
  return { to, record: text === undefined ? null : (JSON.parse(text) as JobRecord) };
}

describe('the record of a job', () => {
  it('a record is made by the stages of a job, each in its own process', async () => {
    const io = fakeIo({});
    await recordPrepare(io, policy, prepared);
    await recordRun(io, 'get_sources', () => Promise.resolve());
    await expect(
      recordRun(io, 'build_script', () => Promise.reject(new BuildFailure('script-failed', { what: '' }))),
    ).rejects.toThrow();
    await recordRun(io, 'after_script', () => Promise.resolve());
    const status = { containerStatuses: [{ name: 'build', imageID: `docker.io/library/ruby@${digest}` }] };
    const { to, record } = await cleanedUp(io, [{ metadata: { name: 'job-1001-a' }, status }]);
    expect(to).toBe('/var/log/jobs.jsonl');
    expect(record).toMatchObject({
      record: 1,
      at: '2026-11-29T12:00:00.000Z',
      job: { id: 1001, project: { path: 'group/project' } },
      policy: 'c0ffee123456',
      profile: 'large',
      images: [{ container: 'build', asked: '', digest }],
      pod: {
        name: 'job-1001-a',
        node: 'node-7',
        uid: '1000',
        uid_map: '0 1 65536',
        ready_seconds: 2.346,
        workspace: 'workspace-1',
      },
      outcome: 'build-failure',
      code: 'script-failed',
    });
    expect(record?.stages.map(({ stage, sub_stage, outcome }) => [stage, sub_stage, outcome])).toEqual([
      ['prepare', '', 'success'],
      ['run', 'get_sources', 'success'],
      ['run', 'build_script', 'build-failure'],
      ['run', 'after_script', 'success'],
      ['cleanup', '', 'success'],
    ]);
  });

  it.each<[string, unknown, object]>([
    [
      'a rejection',
      new Rejection(
        [
          {
            kind: 'pull-policy',
            key: 'image:pull_policy',
            requested: ['x'],
            allowed: [],
            image: '',
            imageKind: 'image',
          },
        ],
        1,
      ),
      {
        outcome: 'build-failure',
        code: 'rejected',
        findings: [{ kind: 'pull-policy', key: 'image:pull_policy' }],
      },
    ],
    [
      'trouble of the cluster',
      new SystemFailure('quota', { what: '' }),
      { outcome: 'system-failure', code: 'quota' },
    ],
    ['a bug', new TypeError('x is undefined'), { outcome: 'system-failure', code: 'unexpected' }],
  ])('a record says that a preparation ended with %s', async (_, error, expected) => {
    const io = fakeIo({});
    const work = recordPrepare(io, policy, async (observed) => {
      observed.observe?.({ kind: 'job-read', job: sampleJob });
      throw error;
    });
    await expect(work).rejects.toBe(error);
    expect((await cleanedUp(io)).record).toMatchObject({ ...expected, pod: null });
  });

  it('the digest that a tag was resolved to counts before what a node says', async () => {
    const io = fakeIo({});
    await recordPrepare(io, policy, async (observed) => {
      await prepared(observed);
      observed.observe?.({ kind: 'image-pinned', container: 'build', digest, signedBy: ['0123456789ab'] });
    });
    expect((await cleanedUp(io)).record?.images).toMatchObject([{ digest, signed_by: ['0123456789ab'] }]);
  });

  it('nothing is kept where the policy wants no records, and whoever counts sees all the same', async () => {
    const observe = vi.fn();
    const io = { ...fakeIo({}), observe };
    await recordPrepare(io, samplePolicy, prepared);
    await recordRun(io, 'get_sources', () => Promise.resolve());
    expect(io.stored.size).toBe(0);
    expect((await cleanedUp(io)).record).toBeNull();
    expect(observe).toHaveBeenCalledTimes(3);
    await recordPrepare(io, policy, prepared);
    expect(observe).toHaveBeenCalledTimes(6);
  });
});

describe('the trace of a job', () => {
  const tracing = {
    traceId: 'a'.repeat(32),
    parentId: 'b'.repeat(16),
    endpoints: [{ url: 'https://otel.example.org/v1/traces', auth: null }],
  };
  const traced = async (io: StageIo): Promise<void> => {
    await prepared(io);
    io.observe?.({ kind: 'job-read', job: { ...sampleJob, tracing } });
  };
  const unrecorded = { ...samplePolicy, default_image: 'ruby:3.4' };

  it.each([
    ['and no record is written', { ...unrecorded, tracing: 'gitlab' as const }, 0],
    ['beside the record', { ...policy, tracing: 'gitlab' as const }, 1],
  ])('spans go where GitLab asks for them, %s', async (_name, asked, records) => {
    const io = fakeIo({});
    await recordPrepare(io, asked, traced);
    await recordRun(io, 'build_script', () => Promise.resolve());
    const write = vi.fn(() => Promise.resolve());
    const send = vi.fn<RecordTools['sendSpans']>(() => Promise.resolve(['otel.example.org: 403']));
    await recordCleanup(io, { write, sendSpans: send, now }, () => Promise.resolve());
    expect(write).toHaveBeenCalledTimes(records);
    expect(send.mock.calls[0]?.[0]).toMatchObject({
      tracing,
      spans: {
        whole: { name: 'gitlab_pod_executor' },
        stages: [{ name: 'prepare' }, { name: 'build_script' }, { name: 'cleanup' }],
      },
    });
    expect(io.messages()).toMatch(
      /WARNING: The spans of this job are not in GitLab's trace \(`tracing`\): otel.example.org: 403\./,
    );
  });

  it.each([
    ['where the policy does not say so', policy, traced],
    ['where GitLab does not ask', { ...policy, tracing: 'gitlab' as const }, prepared],
  ])('no spans are sent %s', async (_name, asked, stage) => {
    const io = fakeIo({});
    await recordPrepare(io, asked, stage);
    const { record } = await cleanedUp(io);
    expect(record).not.toBeNull();
    expect(JSON.stringify(record)).not.toContain('otel');
  });
});

describe('a record that cannot be kept', () => {
  it('a full disk of the runner fails no stage', async () => {
    const io = fakeIo({});
    const full: StageIo = {
      ...io,
      files: { ...io.files, writePrivate: () => Promise.reject(fault('ENOSPC', 'no space left')) },
    };
    await recordPrepare(full, policy, prepared);
    await recordRun(full, 'build_script', () => Promise.resolve());
    expect((await cleanedUp(full)).record).toBeNull();
  });

  // @promise harm: a job's record cannot be written, on a full disk say — no stage fails; said once in the runner's own log
  it('a record that cannot be written fails no cleanup, and is said once', async () => {
    const io = fakeIo({});
    await recordPrepare(io, policy, prepared);
    const write = () => Promise.reject(fault('ENOSPC', 'no space left'));
    await recordCleanup(io, { write, sendSpans, now }, () => Promise.resolve());
    expect(io.messages()).toMatch(
      /WARNING: This job is missing in \/var\/log\/jobs.jsonl \(`job_records`\): .*ENOSPC/,
    );
  });

  it('a cleanup that fails is recorded, and fails', async () => {
    const io = fakeIo({});
    await recordPrepare(io, policy, prepared);
    const write = vi.fn(() => Promise.resolve());
    const work = recordCleanup(io, { write, sendSpans, now }, () =>
      Promise.reject(new SystemFailure('forbidden', { what: '' })),
    );
    await expect(work).rejects.toThrow();
    expect(write).toHaveBeenCalledExactlyOnceWith(
      '/var/log/jobs.jsonl',
      expect.stringContaining('"outcome":"success"'),
    );
  });

  it.each(['', 'null', '{"version":2}', '[1'])('notes that read %j are none', async (text) => {
    const io = fakeIo({});
    await recordPrepare(io, policy, prepared);
    for (const path of io.stored.keys()) io.stored.set(path, text);
    expect((await cleanedUp(io)).record).toBeNull();
  });
});
