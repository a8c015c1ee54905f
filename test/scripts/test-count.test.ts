import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  add,
  countBadEnd,
  describeFailures,
  nothing,
  readCounts,
  summaryOf,
} from '../../scripts/test-count.ts';

const passed = { passed: 3, failed: 0, skipped: 1 };
const failed = { passed: 3, failed: 2, skipped: 0 };
const skipped = { passed: 0, failed: 0, skipped: 4 };

describe('the failures of a suite', () => {
  it.each([
    ['that passed', passed, false, 0],
    ['with failing tests', failed, false, 2],
    ['without a test', nothing, false, 1],
    ['without a test, where skips are allowed', nothing, true, 1],
    ['that skipped everything', skipped, false, 1],
    ['that skipped everything, as is allowed', skipped, true, 0],
  ])('a suite %s counts its failures', (_, count, allowSkips, failures) => {
    expect(countBadEnd(count, { allowSkips }).failed).toBe(failures);
  });
});

const report = (path: string, status: string, ...statuses: readonly string[]) => ({
  name: `/somewhere/test/${path}`,
  status,
  assertionResults: statuses.map((status, index) => ({ status, fullName: `title ${index}` })),
});

function fromReport<T>(testResults: readonly object[], read: (file: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'test-count-'));
  const file = join(directory, 'report.json');
  writeFileSync(file, JSON.stringify({ testResults }));
  const found = read(file);
  rmSync(directory, { recursive: true });
  return found;
}

describe('the failures of a report', () => {
  it('each failing test is named at the end, with the command for its file', () => {
    const files = [
      report('stage/run.test.ts', 'failed', 'passed', 'failed', 'skipped', 'failed'),
      report('stage/fine.test.ts', 'passed', 'passed'),
      report('attack/x.test.ts', 'failed'),
    ];

    expect(fromReport(files, describeFailures)).toEqual([
      'test/stage/run.test.ts: title 1',
      'test/stage/run.test.ts: title 3',
      'test/attack/x.test.ts: the file does not load, or fails outside of its tests',
      'Alone: npx vitest run test/stage/run.test.ts test/attack/x.test.ts',
    ]);
    expect(fromReport([], describeFailures)).toEqual([]);
  });

  it('a long list of failing tests is cut, and counted', () => {
    const lines = fromReport(
      [report('a.test.ts', 'failed', ...Array<string>(31).fill('failed'))],
      describeFailures,
    );

    expect(lines.slice(-2)).toEqual(['and 1 more', 'Alone: npx vitest run test/a.test.ts']);
  });
});

describe('the counts of a report', () => {
  const countsOf = (...testResults: readonly object[]): Record<string, unknown> =>
    Object.fromEntries(fromReport(testResults, readCounts));

  it('each suite has its own', () => {
    expect(
      countsOf(
        report('stage/run.test.ts', 'passed', 'passed', 'passed', 'skipped'),
        report('cluster/kubernetes/retry.test.ts', 'passed', 'passed'),
        report('cluster/core.test.ts', 'failed', 'failed', 'passed'),
        report('model-runner/x.test.ts', 'passed', 'pending'),
        report('embedded-cluster/x.test.ts', 'passed', 'passed'),
      ),
    ).toEqual({
      unit: { passed: 3, failed: 0, skipped: 1 },
      cluster: { passed: 1, failed: 1, skipped: 0 },
      doubles: { passed: 1, failed: 0, skipped: 1 },
    });
  });

  it('a file that does not load is a failure', () => {
    expect(countsOf(report('attack/x.test.ts', 'failed'))).toEqual({
      attack: { passed: 0, failed: 1, skipped: 0 },
    });
  });

  it('no report has none', () => {
    expect(readCounts('/nowhere/report.json').size).toBe(0);
  });
});

it('the summary names skips where there are some', () => {
  expect([summaryOf(add(passed, failed)), summaryOf(failed)]).toEqual([
    '6 passed, 2 failed, 1 skipped',
    '3 passed, 2 failed',
  ]);
});
