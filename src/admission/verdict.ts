// What is said about one name: may it run, by which pattern, and if not, why and what would.

export type ImageKind = 'image' | 'service';

export interface Verdict {
  /** The name as asked; empty with the code `no-image`. */
  readonly image: string;
  /** The name as understood; null when it is not a valid one. */
  readonly canonical: string | null;
  readonly kind: ImageKind;
  readonly allowed: boolean;
  /** The pattern that allows it. */
  readonly pattern: string | null;
  readonly reason: { readonly code: ReasonCode; readonly text: string };
  readonly suggestion: Suggestion | null;
  /** The allowed pattern that comes nearest to a rejected name. */
  readonly nearest: NearestPattern | null;
}

/** In texts, names and patterns stand between backticks. */
export type ReasonCode =
  // allowed
  | 'pattern'
  | 'rule'
  | 'default-image'
  | 'helper-image'
  | 'unrestricted'
  // rejected
  | 'no-image'
  | 'not-valid'
  | 'replaced'
  | 'empty-list'
  | 'some-projects'
  | 'other-kind'
  | 'tag-missing'
  | 'tag-differs'
  | 'digest'
  | 'spelling'
  | 'depth'
  | 'look-alike'
  | 'other-registry'
  | 'no-match';

export interface Suggestion {
  /** A whole sentence. */
  readonly text: string;
  /** A name that is allowed, evaluated with the same policy; null when there is none to name. */
  readonly use: string | null;
}

export interface NearestPattern {
  readonly pattern: string;
  readonly because: string | null;
  /** A name that the pattern allows. It need not exist: `name` and `latest` stand in for what the pattern leaves open. */
  readonly example: string | null;
  /** The reason or the suggestion names it already. */
  readonly isNamed: boolean;
}
