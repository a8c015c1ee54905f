// What one look at the cluster came to.

export interface DoctorFinding {
  /** A few words; the same in the table and in JSON. */
  readonly check: string;
  /** `skip`: it could not be looked at, or nobody asked for it. */
  readonly verdict: 'ok' | 'warn' | 'fail' | 'skip';
  /** What was seen, safe to print. */
  readonly found: string;
  /** Ways to fix it, the better one first. */
  readonly remedies: readonly Remedy[];
}

export interface Remedy {
  readonly text: string;
  /** A command or YAML, to be copied as it is. */
  readonly code?: string;
}

export const ok = (check: string, found: string): DoctorFinding => ({
  check,
  verdict: 'ok',
  found,
  remedies: [],
});

export const skip = (check: string, found: string): DoctorFinding => ({
  check,
  verdict: 'skip',
  found,
  remedies: [],
});

/** Jobs run, but worse than they could. */
export const warn = (check: string, found: string, ...remedies: readonly Remedy[]): DoctorFinding => ({
  check,
  verdict: 'warn',
  found,
  remedies,
});

export const fail = (check: string, found: string, ...remedies: readonly Remedy[]): DoctorFinding => ({
  check,
  verdict: 'fail',
  found,
  remedies,
});
