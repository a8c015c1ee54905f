// How many tests of a suite passed, failed and were skipped, and whether that is a result.
import { readFileSync } from 'node:fs';

export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const nothing: Count = { passed: 0, failed: 0, skipped: 0 };

export function add(one: Count, other: Count): Count {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  };
}

/** From the report that vitest's json reporter writes. No report: the suite did not get that far, and nothing is counted. */
export function readCount(file: string): Count {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as {
      numPassedTests: number;
      numFailedTests: number;
      numPendingTests: number;
    };
    return { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests };
  } catch {
    return nothing;
  }
}

/**
 * One failure more for a suite that ended badly without a failing test (a crash, a file that does not load), that had no tests, or
 * that skipped every one: a machine without a sandbox, or without a Chromium, shows nothing.
 */
export function countBadEnd(
  count: Count,
  { exitCode, allowSkips }: { readonly exitCode: number; readonly allowSkips: boolean },
): Count {
  const ended = exitCode === 0 || count.failed > 0;
  const ran = count.passed + count.failed > 0 || (allowSkips && count.skipped > 0);
  return ended && ran ? count : { ...count, failed: count.failed + 1 };
}

/** `3 passed, 1 failed, 2 skipped`. */
export function summaryOf({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
