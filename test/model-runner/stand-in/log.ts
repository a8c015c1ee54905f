// Log lines as the helper prints them: the message in a column of its own, then the fields (GitLab Runner: log/runner_formatter.go).

type Fields = Readonly<Record<string, string | number>>;

/** Ends the command with status 1. */
export class StandInFailure extends Error {
  /** Nothing more needs to be printed. */
  readonly isSaid: boolean;

  constructor(message: string, { isSaid = false }: { readonly isSaid?: boolean } = {}) {
    super(message);
    this.isSaid = isSaid;
  }
}

const reset = '\u001b[0;m';
const levels = {
  info: { colour: '', prefix: '' },
  warn: { colour: '\u001b[0;33m', prefix: 'WARNING: ' },
  error: { colour: '\u001b[31;1m', prefix: 'ERROR: ' },
  fatal: { colour: '\u001b[31;1m', prefix: 'FATAL: ' },
} as const;
const messageWidth = 50;

export const log = {
  info: (message: string, fields?: Fields) => print('info', message, fields),
  warn: (message: string, fields?: Fields) => print('warn', message, fields),
  error: (message: string, fields?: Fields) => print('error', message, fields),
  fatal: (message: string, fields?: Fields) => print('fatal', message, fields),
};

function print(level: keyof typeof levels, message: string, fields: Fields = {}): void {
  const { colour, prefix } = levels[level];
  const text = message.padEnd(messageWidth - prefix.length);
  const names = Object.keys(fields).sort();
  const values = names.map((name) => ` ${colour}${name}${reset}=${fields[name] ?? ''}`);
  process.stderr.write(`${colour}${prefix}${text}${reset} ${values.join('')}\n`);
}
