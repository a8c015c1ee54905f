import { describe, expect, it } from 'vitest';
import { readJobFile, runnerFileAdvice } from '../../src/stage/job-file.ts';
import { fakeIo, fault } from './fake-io.ts';

const path = '/tmp/custom-executor1/response.json';

describe('readJobFile', () => {
  it('reads the file that GitLab Runner names', async () => {
    const io = fakeIo({ JOB_RESPONSE_FILE: path });
    io.stored.set(path, '{"id":1,"name":"ä"}');
    expect(await readJobFile(io)).toBe('{"id":1,"name":"ä"}');
  });

  it('says what sets the variable when it is missing', async () => {
    await expect(readJobFile(fakeIo())).rejects.toMatchObject({
      name: 'SystemFailure',
      code: 'job-unreadable',
      message:
        "JOB_RESPONSE_FILE is not set. GitLab Runner 14.1 and newer sets it for each stage of a custom executor; set it to a job's JSON file to try a stage by hand.",
    });
  });

  it.each([
    ['is missing', undefined, `ENOENT: no such file or directory, open '${path}'`],
    [
      'may not be read',
      fault('EACCES', `permission denied, open '${path}'`),
      `EACCES: permission denied, open '${path}'`,
    ],
  ])('says which file it is that %s', async (_, content, why) => {
    const io = fakeIo({ JOB_RESPONSE_FILE: path });
    if (content) io.stored.set(path, content);
    await expect(readJobFile(io)).rejects.toMatchObject({
      code: 'job-unreadable',
      message: `Cannot read the job from JOB_RESPONSE_FILE "${path}": ${why}. ${runnerFileAdvice.why} Operators: ${runnerFileAdvice.operator}`,
    });
  });
});
