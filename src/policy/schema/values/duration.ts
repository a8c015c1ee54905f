// Lengths of time as Go and GitLab Runner write them: `90s`, `5m`, `1h30m`; a plain number is seconds.

const form = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/** 31 years, in seconds; a longer time is a slip, and far from where numbers stop to be exact. */
const maxWrittenLength = 999_999_999;

/** Seconds; null: not a duration. */
export function readDuration(text: string): number | null {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const parts = text === '' ? null : form.exec(text);
  if (parts === null) return null;
  const [hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part || 0));
  const all = hours * 3600 + minutes * 60 + seconds;
  return all <= maxWrittenLength ? all : null;
}
