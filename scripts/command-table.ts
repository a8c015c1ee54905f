// The README's table of commands, made of the commands' own definitions: `npm run docs` writes it, a test holds it.
import { readFileSync, writeFileSync } from 'node:fs';
import type { CommandFacts } from '../cmd/command/command-facts.ts';
import { loadCommands } from '../cmd/commands.ts';

const readme = new URL('../README.md', import.meta.url);
const place = /(?<=<!-- commands: npm run docs -->\n)[\s\S]*?(?=<!-- \/commands -->)/;

export function commandTable(commands: readonly CommandFacts[]): string {
  const rows = commands.map(
    ({ name, audience, summary }) => `| \`${name}\` | ${audience.join(', ')} | ${summary} |`,
  );
  return ['| command | for | does |', '|---|---|---|', ...rows, ''].join('\n');
}

/** The README with the table as it should be. @throws when its place in the README is gone */
export async function readmeWithTable(): Promise<string> {
  const text = readFileSync(readme, 'utf8');
  if (!place.test(text)) throw new Error('README.md has no place for the table of commands');
  const table = commandTable(await loadCommands());
  return text.replace(place, () => table);
}

if (import.meta.main) writeFileSync(readme, await readmeWithTable());
