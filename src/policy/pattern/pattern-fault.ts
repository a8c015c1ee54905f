// Why a pattern is refused, and what to write instead.

export interface PatternFault {
  /** What is wrong, as the end of a sentence that starts with the pattern. */
  readonly reason: string;
  /** The pattern to write instead, where one is known. */
  readonly suggestion: string | null;
}

/** What a pattern is compared with; it only changes the words. */
export type PatternSubject = 'image name' | 'project path';

export function patternFault(reason: string, suggestion: string | null = null): PatternFault {
  return { reason, suggestion };
}
