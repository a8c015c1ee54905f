// Text from jobs, images and clusters, made safe to print: it cannot move the cursor, colour lines or forge log sections.

/** Longer texts are cut: a hostile event or image name must not drown the log. */
const maxLength = 4000;

/** Control characters but newline and tab, Unicode's direction controls and what has no width become `?`. */
export function plainText(text: string): string {
  const safe = text.replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}\u200b\u2028\u2029\u2060\ufeff]/gu, '?');
  return safe.length > maxLength
    ? `${safe.slice(0, maxLength)} … (${safe.length - maxLength} characters more)`
    : safe;
}

/** The same on one line. */
export function plainLine(text: string): string {
  return plainText(text)
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}
