import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { add, countBadEnd, nothing, readCounts, summaryOf } from '../../scripts/test-count.ts';

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

describe('the counts of a report', () => {
  const report = (path: string, status: string, ...statuses: readonly string[]) => ({
    name: `/somewhere/test/${path}`,
    status,
    assertionResults: statuses.map((status) => ({ status })),
  });
  const countsOf = (...testResults: readonly object[]): Record<string, unknown> => {
    const directory = mkdtempSync(join(tmpdir(), 'test-count-'));
    const file = join(directory, 'report.json');
    writeFileSync(file, JSON.stringify({ testResults }));
    const counts = Object.fromEntries(readCounts(file));
    rmSync(directory, { recursive: true });
    return counts;
  };

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
