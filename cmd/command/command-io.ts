// What a command for people is given of the process it runs in. Stages have their own shape (src/stage/stage-io.ts).

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
