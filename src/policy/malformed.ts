// A value that cannot be understood, in a policy whose other keys can.

/** Stands in place of a value with a mistake of its own. */
export const malformed = Symbol('malformed');
