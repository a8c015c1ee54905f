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

/** Where the tests of each suite stand; what is in none of these folders is `unit` (vitest.config.ts). */
const folders: Readonly<Record<string, RegExp>> = {
  doubles: /^(embedded-cluster|model-runner)\//,
  cluster: /^cluster\/(?!kubernetes\/)/,
  scenarios: /^scenarios\//,
  pipelines: /^pipelines\//,
  process: /^process\//,
  attack: /^attack\//,
  browser: /^browser\//,
};

/** By suite, from the report that vitest's json reporter writes. No report: they did not get that far, and nothing is counted. */
export function readCounts(file: string): ReadonlyMap<string, Count> {
  const counts = new Map<string, Count>();
  for (const { name, status, assertionResults } of readReport(file)) {
    const suite = suiteOf(name.replace(/^.*?\/test\//, ''));
    const is = (...statuses: readonly string[]): number =>
      assertionResults.filter(({ status }) => statuses.includes(status)).length;
    // A file that does not load has no tests that could fail.
    const isBroken = status === 'failed' && is('failed') === 0;
    const count = {
      passed: is('passed'),
      failed: is('failed') + Number(isBroken),
      skipped: is('skipped', 'pending', 'todo', 'disabled'),
    };
    counts.set(suite, add(counts.get(suite) ?? nothing, count));
  }
  return counts;
}

/** Somebody reads the first ones and mends what they have in common. */
const maxNamed = 30;

/** A line for each test that failed, and how to run its file alone; for what is hundreds of lines above the end. */
export function describeFailures(file: string): readonly string[] {
  const failed = readReport(file).filter(({ status }) => status === 'failed');
  const named = failed.flatMap(({ name, assertionResults }) => {
    const path = name.replace(/^.*?\/test\//, 'test/');
    const titles = assertionResults.filter((each) => each.status === 'failed').map((each) => each.fullName);
    return (titles.length === 0 ? ['the file does not load, or fails outside of its tests'] : titles).map(
      (title) => ({ path, title }),
    );
  });
  const shown = named.slice(0, maxNamed);
  const paths = [...new Set(shown.map(({ path }) => path))];
  return [
    ...shown.map(({ path, title }) => `${path}: ${title}`),
    ...(named.length > shown.length ? [`and ${named.length - shown.length} more`] : []),
    ...(paths.length === 0 ? [] : [`Alone: npx vitest run ${paths.join(' ')}`]),
  ];
}

interface FileReport {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
}

function readReport(file: string): readonly FileReport[] {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { testResults: readonly FileReport[] }).testResults;
  } catch {
    return [];
  }
}

function suiteOf(path: string): string {
  return Object.keys(folders).find((suite) => folders[suite]?.test(path)) ?? 'unit';
}

/** One failure more for a suite that had no tests, or that skipped every one: a machine without a sandbox, or without a Chromium, shows nothing. */
export function countBadEnd(count: Count, { allowSkips }: { readonly allowSkips: boolean }): Count {
  const ran = count.passed + count.failed > 0 || (allowSkips && count.skipped > 0);
  return ran ? count : { ...count, failed: count.failed + 1 };
}

/** `3 passed, 1 failed, 2 skipped`. */
export function summaryOf({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
