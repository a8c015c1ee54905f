// How the demo speaks.

export const colours = {
  dim: '\u001b[2m',
  bold: '\u001b[1m',
  red: '\u001b[31;1m',
  green: '\u001b[32;1m',
  yellow: '\u001b[33;1m',
  reset: '\u001b[0m',
} as const;

export function print(text: string): void {
  process.stdout.write(text);
}

/** What it does, apart from what the job says. */
export function say(text: string): void {
  print(`${colours.dim}${text}${colours.reset}\n`);
}
