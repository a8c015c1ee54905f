// A policy of which some keys cannot be understood, so that checks can still look at the others: an operator reads of all
// mistakes at once, and of none that is only the shadow of another.
import type { malformed } from './malformed.ts';
import type { Policy } from './policy.ts';

/** Every Policy is one. The type makes each check say what it does while a key that it looks at is malformed. */
export type ReadablePolicy = { readonly [K in keyof Policy]: Policy[K] | typeof malformed };
