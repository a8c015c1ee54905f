// How the demo speaks.

/** https://no-color.org; and a file or a pipe shows no colours either. */
export const hasColours = process.stdout.isTTY && !process.env['NO_COLOR'];

const codes = {
  dim: '\u001b[2m',
  bold: '\u001b[1m',
  red: '\u001b[31;1m',
  green: '\u001b[32;1m',
  yellow: '\u001b[33;1m',
  reset: '\u001b[0m',
};

export const colours: Readonly<typeof codes> = hasColours
  ? codes
  : { dim: '', bold: '', red: '', green: '', yellow: '', reset: '' };

export function print(text: string): void {
  process.stdout.write(text);
}

/** What it does, apart from what the job says. */
export function say(text: string): void {
  print(`${colours.dim}${text}${colours.reset}\n`);
}
