// Lengths of time as Go and GitLab Runner write them: `90s`, `5m`, `1h30m`; a plain number is seconds.

const form = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/** Seconds; null: not a duration. */
export function readDuration(text: string): number | null {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const parts = text === '' ? null : form.exec(text);
  if (parts === null) return null;
  const [hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part || 0));
  return hours * 3600 + minutes * 60 + seconds;
}
