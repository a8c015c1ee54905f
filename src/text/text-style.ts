// How our tables and reports for people may look.

export interface TextStyle {
  /** Columns. */
  readonly width: number;
  readonly hasColours: boolean;
}

const escapes = {
  green: '\u001b[32;1m',
  yellow: '\u001b[33;1m',
  red: '\u001b[31;1m',
  bold: '\u001b[1m',
  plain: '',
} as const;
const reset = '\u001b[0;m';

export function painter({ hasColours }: TextStyle, colour: keyof typeof escapes): (text: string) => string {
  return (text) => (hasColours && escapes[colour] ? `${escapes[colour]}${text}${reset}` : text);
}
