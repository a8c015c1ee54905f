import { describe, expect, it } from 'vitest';
import {
  findAttemptState,
  hasUserCodeRun,
  markUserCode,
  readAttemptState,
  writeAttemptState,
} from '../../src/stage/attempt-state.ts';
import { sampleState, statePath, userCodePath } from './attempt-fixture.ts';
import { fakeIo, fault } from './fake-io.ts';

const missing =
  `Cannot find the job's pod: ${statePath} is missing or from another version. The prepare stage writes it. ` +
  'Operators: check that `prepare_exec` is set in config.toml to the same program as `run_exec`. CHANGELOG.md names releases that must not be installed under running jobs.';
const noDirectory =
  "TMPDIR is not set. GitLab Runner sets it to the attempt's temp directory for each stage; when you try a stage by hand, set it to an empty directory.";

describe('the attempt state', () => {
  it('the attempt state is read as it was written, in the temp directory of the attempt', async () => {
    const io = fakeIo();
    await writeAttemptState(io, sampleState);
    expect([...io.stored.keys()]).toEqual([statePath]);
    expect(await readAttemptState(io)).toEqual(sampleState);
    expect(await findAttemptState(io)).toEqual(sampleState);
  });

  it.each([
    ['is missing', undefined],
    ['is empty', ''],
    ['was cut short', JSON.stringify(sampleState).slice(0, 50)],
    ['is from another version', JSON.stringify({ ...sampleState, version: 2 })],
    ['is null', 'null'],
    ['cannot be read', fault('EACCES', 'permission denied')],
  ])('there is no attempt state when it %s', async (_, content) => {
    const io = fakeIo();
    if (content !== undefined) io.stored.set(statePath, content);
    expect(await findAttemptState(io)).toBeNull();
    await expect(readAttemptState(io)).rejects.toMatchObject({
      name: 'SystemFailure',
      code: 'attempt-state',
      message: missing,
    });
  });

  it.each([
    [
      'ENOSPC',
      'no space left on device',
      'disk-full',
      "Operators: the disk of the runner's machine is full: make room.",
    ],
    [
      'EACCES',
      'permission denied',
      'attempt-state',
      "Operators: the runner's user must be able to write its temp directory.",
    ],
  ])(
    'the attempt state says what to do when it cannot be written: %s',
    async (code, message, failure, mend) => {
      const io = fakeIo();
      io.stored.set(statePath, fault(code, message));
      io.stored.set(userCodePath, fault(code, message));
      for (const [path, written] of [
        [statePath, writeAttemptState(io, sampleState)],
        [userCodePath, markUserCode(io)],
      ] as const) {
        await expect(written).rejects.toMatchObject({
          name: 'SystemFailure',
          code: failure,
          message: `Cannot write ${path}: ${code}: ${message}. ${mend}`,
        });
      }
    },
  );

  it('the attempt state has no place without a temp directory', async () => {
    const io = { ...fakeIo(), env: {} };
    expect(await findAttemptState(io)).toBeNull();
    await expect(readAttemptState(io)).rejects.toMatchObject({ message: noDirectory });
    await expect(writeAttemptState(io, sampleState)).rejects.toMatchObject({ message: noDirectory });
  });
});

describe('the mark of user code', () => {
  it('the mark of user code is there from the moment it was set', async () => {
    const io = fakeIo();
    expect(await hasUserCodeRun(io)).toBe(false);
    await markUserCode(io);
    expect(await hasUserCodeRun(io)).toBe(true);
  });
});
