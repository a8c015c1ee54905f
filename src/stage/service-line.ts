// A line that a service printed, for the job's log.
import { withoutColours } from '../text/ansi.ts';
import { plainText } from '../text/plain-text.ts';

/**
 * GitLab masks a secret value in the log where it stands whole, so a line that is too long is cut at a blank: no maskable value has one.
 *
 * @param maxLength in characters; ` …` stands behind it where something was left out
 */
export function serviceLine(text: string, maxLength: number): string {
  const line = withoutColours(text.trimEnd());
  if (line.length <= maxLength) return plainText(line);
  const end = line.lastIndexOf(' ', maxLength);
  return end > 0 ? `${plainText(line.slice(0, end))} …` : '…';
}
