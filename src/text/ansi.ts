// Escape sequences of terminals and of GitLab's job log, in their one place.

/** As GitLab Runner has them (helpers/ansi): bold colours. */
export const colours = {
  cyan: '\u001b[36;1m',
  green: '\u001b[32;1m',
  yellow: '\u001b[33;1m',
  red: '\u001b[31;1m',
  bold: '\u001b[1m',
  plain: '',
} as const;

export type Colour = keyof typeof colours;

const reset = '\u001b[0;m';

/** A text in a colour; plain as it is. */
export const paint = (text: string, colour: Colour): string =>
  colour === 'plain' ? text : `${colours[colour]}${text}${reset}`;

/** To the end of the line: what GitLab writes around its section markers. */
export const eraseToEnd = '\u001b[0K';

/** Back to the first column of a terminal's line, which is empty then. */
export const eraseLine = '\r\u001b[K';

/** No program writes longer ones; an endless one is no colour. */
const colourSequence = /\u001b\[[\d;]{0,40}m/g;

export const withoutColours = (text: string): string => text.replace(colourSequence, '');
