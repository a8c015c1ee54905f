// What every command for people is: words in, text out, an exit code back. Stages have their own shape (stage-process.ts).

export interface CommandIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  /** Ctrl-C, or the service manager's stop. */
  readonly signal: AbortSignal;
}

export interface TextOutput {
  write(text: string): unknown;
  /** Colours and progress only then. */
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** `argv`: without the command's own name. */
export type Command = (argv: readonly string[], io: CommandIo) => Promise<number>;
