import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { add, countBadEnd, nothing, readCount, summaryOf } from '../../scripts/test-count.ts';

const passed = { passed: 3, failed: 0, skipped: 1 };
const failed = { passed: 3, failed: 2, skipped: 0 };
const skipped = { passed: 0, failed: 0, skipped: 4 };
const ended = { exitCode: 0, allowSkips: false };

describe('the failures of a suite', () => {
  it.each([
    ['that passed', passed, ended, 0],
    ['with failing tests', failed, { ...ended, exitCode: 1 }, 2],
    ['that crashed after its tests', passed, { ...ended, exitCode: 1 }, 1],
    ['without a test', nothing, ended, 1],
    ['without a test, where skips are allowed', nothing, { ...ended, allowSkips: true }, 1],
    ['that skipped everything', skipped, ended, 1],
    ['that skipped everything, as is allowed', skipped, { ...ended, allowSkips: true }, 0],
    ['that skipped everything and crashed', skipped, { exitCode: 1, allowSkips: true }, 1],
  ])('a suite %s counts its failures', (_, count, end, failures) => {
    expect(countBadEnd(count, end).failed).toBe(failures);
  });
});

it('counts are read from the report, and none is none', () => {
  const directory = mkdtempSync(join(tmpdir(), 'test-count-'));
  const file = join(directory, 'report.json');
  writeFileSync(file, JSON.stringify({ numPassedTests: 3, numFailedTests: 0, numPendingTests: 1 }));

  expect([readCount(file), readCount(join(directory, 'none.json'))]).toEqual([passed, nothing]);
  rmSync(directory, { recursive: true });
});

it('the summary names skips where there are some', () => {
  expect([summaryOf(add(passed, failed)), summaryOf(failed)]).toEqual([
    '6 passed, 2 failed, 1 skipped',
    '3 passed, 2 failed',
  ]);
});
