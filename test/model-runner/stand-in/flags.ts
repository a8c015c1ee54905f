// The flags of the helper's commands: `--name value` or `--name=value`, some of them often.
import { StandInFailure } from './log.ts';

export interface Flags {
  /** The last one given; '' when it was not. */
  one(name: string): string;
  all(name: string): readonly string[];
  has(name: string): boolean;
}

/** These take no value. */
const switches = ['untracked', 'verbose', 'direct-download', 'generate-artifacts-metadata'];

export function readFlags(words: readonly string[]): Flags {
  const values = new Map<string, string[]>();
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, name, inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) throw new StandInFailure(`unexpected argument ${JSON.stringify(word)}`);
    const value = switches.includes(name) ? 'true' : (inline ?? rest.shift());
    if (value === undefined) throw new StandInFailure(`flag needs an argument: -${name}`);
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return {
    one: (name) => values.get(name)?.at(-1) ?? '',
    all: (name) => values.get(name) ?? [],
    has: (name) => values.has(name),
  };
}
