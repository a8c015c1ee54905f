// What parsing, help, overview, README and completion need to know of every command.

export interface OptionDefinition {
  /** What the value is called in the help, `FILE` say; absent: the option is a switch. */
  readonly value?: string;
  /** It may be given again; its values are a list. */
  readonly isRepeatable?: boolean;
  /** One or more whole clauses, wrapped for the terminal. */
  readonly help: string;
}

export type OptionDefinitions = Readonly<Record<string, OptionDefinition>>;

export interface Positional {
  /** As in the usage: `IMAGE…`. */
  readonly name: string;
  /** Absent: the usage says enough. */
  readonly help?: string;
}

/** What `--help`, overview, README and completion need to know of every command. */
export interface CommandFacts {
  readonly name: string;
  /** Who calls it. */
  readonly audience: readonly ('GitLab Runner' | 'authors' | 'operators' | 'support')[];
  /** A clause in lower case with its end: `is this cluster ready for jobs?` */
  readonly summary: string;
  /** Calls, without the program's name. */
  readonly usage: readonly string[];
  /** Paragraphs; lines that begin with a space are kept as they are. */
  readonly about: readonly string[];
  readonly positionals: readonly Positional[];
  readonly options: OptionDefinitions;
  /** Follows "Exit code:". */
  readonly exitCodes: string;
  /** Examples and where to go on; kept as they are. */
  readonly examples?: string;
}
