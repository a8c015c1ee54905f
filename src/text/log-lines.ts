// How our own lines look in a GitLab job log. Sources: GitLab Runner helpers/ansi, and docs.gitlab.com/ci/jobs/job_logs.

const escapes = {
  cyan: '\u001b[36;1m',
  green: '\u001b[32;1m',
  yellow: '\u001b[33;1m',
  red: '\u001b[31;1m',
  plain: '',
} as const;
const reset = '\u001b[0;m';

export type Colour = keyof typeof escapes;

/** One line with its end. The text must be safe already (src/text/plain-text.ts). */
export function line(text: string, colour: Colour = 'plain'): string {
  return colour === 'plain' ? `${text}\n` : `${escapes[colour]}${text}${reset}\n`;
}

/** The start of a section; marker and title are one line, because GitLab Runner splits its log by lines. `name`: letters, digits, `_.-`. */
export function sectionStart(
  name: string,
  title: string,
  { at, collapsed }: { at: Date; collapsed: boolean },
): string {
  const option = collapsed ? '[collapsed=true]' : '';
  return `\u001b[0Ksection_start:${seconds(at)}:${name}${option}\r\u001b[0K${line(title, 'cyan')}`;
}

export function sectionEnd(name: string, at: Date): string {
  return `\u001b[0Ksection_end:${seconds(at)}:${name}\r\u001b[0K\n`;
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
