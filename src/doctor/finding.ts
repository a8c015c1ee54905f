// What one look at the cluster came to.

export interface Finding {
  /** A few words; the same in the table and in JSON. */
  readonly check: string;
  /** `skip`: it could not be looked at, or nobody asked for it. */
  readonly verdict: 'ok' | 'warn' | 'fail' | 'skip';
  /** What was seen, safe to print. */
  readonly found: string;
  /** Ways to mend it, the better one first. */
  readonly mends: readonly Mend[];
}

export interface Mend {
  readonly words: string;
  /** A command or YAML, to be copied as it is. */
  readonly code?: string;
}

export const ok = (check: string, found: string): Finding => ({ check, verdict: 'ok', found, mends: [] });

export const skip = (check: string, found: string): Finding => ({ check, verdict: 'skip', found, mends: [] });

/** Jobs run, but worse than they could. */
export const warn = (check: string, found: string, ...mends: readonly Mend[]): Finding => ({
  check,
  verdict: 'warn',
  found,
  mends,
});

export const fail = (check: string, found: string, ...mends: readonly Mend[]): Finding => ({
  check,
  verdict: 'fail',
  found,
  mends,
});
