// What the linter says about one pattern.

/** `risk`: it allows more than it seems to. `gap`: it allows less. `clutter`: it changes nothing. `remark`: worth knowing. */
export type Severity = 'risk' | 'gap' | 'clutter' | 'remark';

export interface PatternFinding {
  readonly severity: Severity;
  /** A clause that follows the pattern. */
  readonly message: string;
  /** A name that it seems to allow, and does not: no gap where another pattern of the list allows it. */
  readonly missed?: string;
}

export function patternRisk(message: string): PatternFinding {
  return { severity: 'risk', message };
}

export function patternGap(message: string, missed?: string): PatternFinding {
  return missed === undefined ? { severity: 'gap', message } : { severity: 'gap', message, missed };
}

/** `; write PATTERN`, if there is one to write. */
export function suggestPattern(pattern: string | undefined): string {
  return pattern === undefined ? '' : `; write ${pattern}`;
}
