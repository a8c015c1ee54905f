// How our own lines look in a GitLab job log. Sources: GitLab Runner helpers/ansi, and docs.gitlab.com/ci/jobs/job_logs.
import { type Colour, colours, eraseToEnd, paint } from './ansi.ts';

/** One line with its end. The text must be safe already (src/text/plain-text.ts). */
export function line(text: string, colour: Colour = 'plain'): string {
  return `${paint(text, colour)}\n`;
}

/** Was it made so? */
export function hasColour(text: string, colour: Colour): boolean {
  return colour !== 'plain' && text.startsWith(colours[colour]);
}

/** The start of a section; marker and title are one line, because GitLab Runner splits its log by lines. `name`: letters, digits, `_.-`. */
export function sectionStart(
  name: string,
  title: string,
  { at, collapsed }: { at: Date; collapsed: boolean },
): string {
  const option = collapsed ? '[collapsed=true]' : '';
  return `${eraseToEnd}section_start:${seconds(at)}:${name}${option}\r${eraseToEnd}${line(title, 'cyan')}`;
}

export function sectionEnd(name: string, at: Date): string {
  return `${eraseToEnd}section_end:${seconds(at)}:${name}\r${eraseToEnd}\n`;
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
