// Words of others, which may end with a full stop or not, among ours.

/** The text with exactly one full stop at its end. */
export const sentence = (text: string): string => `${text.replace(/\.$/, '')}.`;
