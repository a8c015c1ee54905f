// Text from jobs, images and clusters, made safe to print: it cannot move the cursor, colour lines or forge log sections.

/** Longer texts are cut: a hostile event or image name must not drown the log. */
const longest = 4000;

/** Control characters (C0 but newline and tab, DEL, C1) and Unicode's direction overrides become `?`; newlines stay. */
export function plainText(text: string): string {
  const safe = text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    '?',
  );
  return safe.length > longest
    ? `${safe.slice(0, longest)} … (${safe.length - longest} characters more)`
    : safe;
}

/** The same on one line. */
export function plainLine(text: string): string {
  return plainText(text)
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}
