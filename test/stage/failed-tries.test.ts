import { describe, expect, it } from 'vitest';
import { BuildFailure } from '../../src/outcome/build-failure.ts';
import { interrupted } from '../../src/outcome/interrupted.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import { reportOnce } from '../../src/stage/failed-tries.ts';
import type { StageIo } from '../../src/stage/stage-io.ts';
import { fakeIo } from './fake-io.ts';

const away = (pod = 'job-7-aaaaaaaa', seconds = 60) =>
  new SystemFailure('not-ready', {
    what: `The pod ${pod} was not ready within ${seconds} s.`,
    why: 'Nobody knows.',
    author: 'Retry the job.',
    operator: 'look at the node.',
  });

/** One runner's machine: a try is one process in a new temp directory of the same folder. */
function machine(job = '{"id":7,"token":"secret-7"}') {
  const stored = new Map<string, string | Error>();
  let tries = 0;
  const ioOf = (): StageIo => {
    tries += 1;
    const directory = `/tmp/custom-executor${tries}`;
    const io = fakeIo({ TMPDIR: directory, JOB_RESPONSE_FILE: `${directory}/response.json` }, stored);
    stored.set(`${directory}/response.json`, job);
    return io;
  };
  /** What was news to each try. */
  const news: string[][] = [];
  const prepare = async (failure?: Error, texts: readonly string[] = []): Promise<string> => {
    const fresh: string[] = [];
    news.push(fresh);
    try {
      await reportOnce(ioOf(), async (isNews) => {
        for (const text of texts) if (isNews(text)) fresh.push(text);
        if (failure) throw failure;
      });
      return 'success';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const left = (): string[] => [...stored.keys()].filter((path) => !path.endsWith('response.json'));
  return { prepare, left, stored, news };
}

const whole = away().message;
const again =
  'Again: The pod job-7-bbbbbbbb was not ready within 59 s. The first try, above, says why and what to do.';

describe('reportOnce', () => {
  it('says the whole of a system failure once in three tries, and leaves nothing', async () => {
    const { prepare, left } = machine();
    expect(await prepare(away())).toBe(whole);
    expect(left()).toHaveLength(1);
    expect(await prepare(away('job-7-bbbbbbbb', 59))).toBe(again);
    expect(await prepare(away('job-7-bbbbbbbb', 59))).toBe(again);
    expect(left()).toEqual([]);
  });

  it('keeps the code of a failure that is said again', async () => {
    const { stored } = machine();
    const io = fakeIo({ TMPDIR: '/tmp/a1', JOB_RESPONSE_FILE: '/tmp/a1/j' }, stored);
    stored.set('/tmp/a1/j', '{}');
    const fail = () => reportOnce(io, () => Promise.reject(away()));
    await fail().catch(() => undefined);
    await expect(fail()).rejects.toMatchObject({ name: 'SystemFailure', code: 'not-ready', cause: away() });
  });

  it('says the whole of another failure', async () => {
    const { prepare } = machine();
    const other = new SystemFailure('quota', { what: 'The pod job-7-aaaaaaaa was not ready within 60 s.' });
    await prepare(away());
    expect(await prepare(other)).toBe(other.message);
    expect(await prepare(away())).toBe(whole);
  });

  it.each([
    ['a success', undefined],
    ['a build failure', new BuildFailure('rejected', { what: 'No.' })],
    ['the end of the runner', interrupted('the preparation')],
    ['a bug', new TypeError('x is undefined')],
  ])('forgets what was said, after %s', async (_, end) => {
    const { prepare, left } = machine();
    await prepare(away());
    await prepare(end);
    expect(left()).toEqual([]);
    expect(await prepare(away())).toBe(whole);
  });

  it('takes for news what no earlier try said, whatever that ended with', async () => {
    const { prepare, news } = machine();
    const other = new SystemFailure('quota', { what: 'Full.' });
    await prepare(other);
    await prepare(away(), ['notes']);
    await prepare(away(), ['notes', 'more']);
    expect(news).toEqual([[], ['notes'], ['more']]);
    await prepare(away(), ['notes']);
    expect(news.at(-1)).toEqual(['notes']);
  });

  it('keeps what was said through a try that does not come so far', async () => {
    const { prepare, news } = machine();
    await prepare(away(), ['notes']);
    await prepare(away());
    await prepare(undefined, ['notes']);
    expect(news).toEqual([['notes'], [], []]);
  });

  it('keeps no word of the job, and takes none of another job', async () => {
    const { prepare, left, stored } = machine();
    await prepare(away(), ['the job is not ready']);
    const [memory = ''] = left();
    expect(`${memory} ${String(stored.get(memory))}`).not.toMatch(/secret|ready|Retry/);
    for (const path of stored.keys()) if (path.endsWith('response.json')) stored.delete(path);
    const other = machine('{"id":8,"token":"secret-8"}');
    for (const [path, text] of stored) other.stored.set(path, text);
    expect(await other.prepare(away())).toBe(whole);
  });

  it.each([
    ['nothing can be written', new Error('ENOSPC: no space left on device')],
    ['somebody else wrote it', 'not JSON'],
    ['it is a day old', '{"tries":1,"failure":"x","said":[],"at":1}'],
    ['another version wrote it', `{"tries":1,"failure":"x","at":${Date.now()}}`],
  ])('says it all when %s', async (_, content) => {
    const { prepare, left, stored } = machine();
    await prepare(away());
    stored.set(left()[0] ?? '', content);
    expect(await prepare(away())).toBe(whole);
  });

  it('removes what others left a day ago', async () => {
    const { prepare, left, stored } = machine();
    stored.set('/tmp/gitlab-pod-executor-tries-old', '{"tries":1,"failure":"x","at":1}');
    stored.set('/tmp/gitlab-pod-executor-tries-new', `{"tries":1,"failure":"x","at":${Date.now()}}`);
    stored.set('/tmp/other', '');
    await prepare(away());
    expect(left()).toHaveLength(3);
    expect(left()).not.toContain('/tmp/gitlab-pod-executor-tries-old');
  });

  it('says a long sentence of the API server in short', async () => {
    const long = new SystemFailure('cluster-refused', { what: `${'x'.repeat(300)}\nline two` });
    const { prepare } = machine();
    await prepare(long);
    expect(await prepare(long)).toBe(
      `Again: ${'x'.repeat(200)}… The first try, above, says why and what to do.`,
    );
  });

  it.each([{}, { TMPDIR: '/tmp/a1' }])('says it all without a place to remember it: %j', async (env) => {
    const io = { ...fakeIo(), env };
    const fail = () => reportOnce(io, () => Promise.reject(away()));
    await expect(fail()).rejects.toThrow(whole);
    await expect(fail()).rejects.toThrow(whole);
  });
});
