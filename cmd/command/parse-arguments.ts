// The words of a command, read by its definition: Node's own parser, and a hint at the option that was probably meant.
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { nearestName } from '../../src/text/nearest-name.ts';
import type { CommandFacts, OptionDefinitions } from './command-facts.ts';
import { UsageError } from './usage-error.ts';

/** A switch is true or false; an option with a value is a text, or a list of them where it may be repeated. */
export type ArgumentValues<Options extends OptionDefinitions> = {
  readonly [Name in keyof Options]: Options[Name] extends { readonly value: string }
    ? Options[Name] extends { readonly isRepeatable: true }
      ? readonly string[]
      : string | undefined
    : boolean;
};

export interface ParsedArguments<Options extends OptionDefinitions> {
  readonly isHelpAsked: boolean;
  readonly options: ArgumentValues<Options>;
  readonly positionals: readonly string[];
}

/** @throws UsageError with what is wrong, and the nearest option that there is */
export function parseArguments<Options extends OptionDefinitions>(
  { name, options, positionals }: Pick<CommandFacts, 'name' | 'positionals'> & { readonly options: Options },
  argv: readonly string[],
): ParsedArguments<Options> {
  try {
    const parsed = parseArgs({
      args: [...argv],
      allowPositionals: positionals.length > 0,
      options: { help: { type: 'boolean', short: 'h', default: false }, ...parserOptions(options) },
    });
    refuseEmpty(parsed.values, options);
    return {
      isHelpAsked: parsed.values.help,
      // parseArgs types what it is given; the options are known to the caller alone.
      options: parsed.values as unknown as ArgumentValues<Options>,
      positionals: parsed.positionals,
    };
  } catch (cause) {
    throw new UsageError(
      `${name} does not understand its arguments: ${describeFault(cause as Error, options)}`,
      {
        cause,
      },
    );
  }
}

function parserOptions(options: OptionDefinitions): ParseArgsOptionsConfig {
  return Object.fromEntries<ParseArgsOptionsConfig[string]>(
    Object.entries(options).map(([name, { value, isRepeatable }]) => {
      if (value === undefined) return [name, { type: 'boolean', default: false }];
      return isRepeatable === true
        ? [name, { type: 'string', multiple: true, default: [] }]
        : [name, { type: 'string' }];
    }),
  );
}

/** `--policy "$UNSET"` would otherwise mean something else in silence. */
function refuseEmpty(values: Readonly<Record<string, unknown>>, options: OptionDefinitions): void {
  const empty = Object.keys(options).find((name) => [values[name]].flat().includes(''));
  if (empty !== undefined)
    throw new Error(`--${empty} is empty; it takes ${options[empty]?.value ?? 'a value'}`);
}

/** Node's advice on words with a leading dash has a quote too few, and is left out. */
function describeFault({ message }: Error, options: OptionDefinitions): string {
  const [what = ''] = message.split('. To specify a positional argument');
  const written = /^Unknown option '--([^'=]+)/.exec(what)?.[1];
  const near = written === undefined ? null : nearestName(written, [...Object.keys(options), 'help']);
  return what.replace(/\.$/, '') + (near === null ? '.' : `; did you mean --${near}?`);
}
