import { expect, test } from 'vitest';
import { makeScratch, runRecorded } from '../recorder/run-recorded.ts';

const job = { name: 'hooked', variables: { GIT_STRATEGY: 'none' } };

test('runs the function of a hook, once', async () => {
  using scratch = makeScratch();
  let count = 0;
  await runRecorded(scratch, {
    on: [{ trace: /tick/, do: () => ++count }],
    job: { ...job, script: ['echo tick; sleep 0.1; echo tick; sleep 0.1'] },
  });

  expect(count).toBe(1);
});

test('a hook that fails fails the test', async () => {
  using scratch = makeScratch();
  const result = runRecorded(scratch, {
    on: [{ trace: /tick/, do: () => Promise.reject(new Error('hook')) }],
    job: { ...job, script: ['echo tick; sleep 0.2'] },
  });

  await expect(result).rejects.toThrow('hook');
});
