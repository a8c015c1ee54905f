import { describe, expect, it } from 'vitest';
import { markSources, readSources } from '../../src/stage/fetched-sources.ts';
import { fakeIo } from './fake-io.ts';

describe('how an attempt got its sources', () => {
  it.each([
    ['nothing is known before get_sources', [], null],
    ['no other sub-stage says it', [['prepare_script', 1]], null],
    ['it got them', [['get_sources', 0]], 'fetched'],
    ['it failed to', [['get_sources', 128]], 'failed'],
    [
      'the last of several tries counts',
      [
        ['get_sources', 1],
        ['clear_worktree', 0],
        ['get_sources', 0],
      ],
      'fetched',
    ],
    [
      'no later sub-stage changes it',
      [
        ['get_sources', 0],
        ['step_script', 1],
      ],
      'fetched',
    ],
  ] as const)('knows that %s', async (_, ends, expected) => {
    const io = fakeIo();
    for (const [subStage, exitCode] of ends) await markSources(io, { subStage, exitCode });
    expect(await readSources(io)).toBe(expected);
  });
});
