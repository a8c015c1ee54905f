// Writes src/in-container/programs.generated.ts: the shell programs beside it as texts, each as it arrives in a container.
// `npm run programs` after a change of a .sh file; `npm run check:shell` fails while the module is older than they are.
// A module, because Node, vitest and esbuild each read it as it is; a loader for .sh files would be needed three times, and tests would
// not run the very text that is sent.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const folder = 'src/in-container';
export const generatedModule = `${folder}/programs.generated.ts`;

/** A program's own line for a part that it shares with others; a shell would read the same file. */
const sharedPart = /^\. \.\/(shared\/[\w-]+\.sh)$/gm;

/** Each program's file, by its name without `.sh`. */
export const programFiles = (): string[] => globSync(`${folder}/*.sh`).sort();

/** The program with its shared parts in their places, comments and all. @throws when a part is missing */
export function joinedProgram(file: string): string {
  return readFileSync(file, 'utf8').replace(sharedPart, (_, part: string) =>
    readFileSync(join(folder, part), 'utf8').trimEnd(),
  );
}

/**
 * Without comments, blank lines and indentation: argv stands in a URL, and proxies cut long ones. It takes each line for itself, so
 * no text may go over a line's end, in quotes or as a here-document; scripts/check-shell.ts has a parser prove that none does.
 */
export function strippedProgram(program: string): string {
  return program
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .join('\n');
}

export function renderModule(): string {
  const programs = programFiles().map((file) => {
    const text = strippedProgram(joinedProgram(file)).replace(/[\\`]|\$(?=\{)/g, '\\$&');
    return `export const ${constantName(file)} = \`${text}\`;\n`;
  });
  return [
    '// Written by `npm run programs` of the .sh files in this folder; change those. Comments and indentation stay there.\n',
    ...programs,
  ].join('\n');
}

function constantName(file: string): string {
  const name = basename(file, '.sh').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return `${name}Program`;
}

if (import.meta.main) writeFileSync(generatedModule, renderModule());
