import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { helpText } from '../../cmd/command/help-text.ts';
import { loadCommands } from '../../cmd/commands.ts';
import { readmeWithTable } from '../../scripts/command-table.ts';
import { readDocuments, root } from './documents.ts';

const helps = new Map((await loadCommands()).map((command) => [command.name, helpText(command)]));

const demoHelp = readFileSync(join(root, 'scripts/demo'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };

/** What stands between backticks, and the lines of blocks of code. */
function codeOf(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^ *```[^\n]*\n([\s\S]*?)^ *```/gm)].flatMap(([, code = '']) =>
    code.replaceAll('\\\n', ' ').split('\n'),
  );
  const inline = [...text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '').matchAll(/`([^`]+)`/g)];
  return [...blocks, ...inline.map(([, code = '']) => code)];
}

/** The options of a call, but not of what it is piped into, nor what a comment says. */
function optionsOf(call: string): readonly string[] {
  const [own = ''] = call.split(/[|&;#]/);
  return own.match(/(?<=\s)--[a-z][a-z-]*/g) ?? [];
}

/** Is this word one of the text's own, and no beginning of another? */
function knows(help: string, option: string): boolean {
  return new RegExp(`${option}(?![a-z-])`).test(help);
}

it('the README has the table that the commands themselves make', async () => {
  expect(readFileSync(join(root, 'README.md'), 'utf8')).toBe(await readmeWithTable());
});

describe.each(readDocuments())('$path', ({ text }) => {
  const code = codeOf(text);

  it('the page calls our commands with options that they have', () => {
    const calls = code.flatMap((line) => [
      ...line.matchAll(/(?<![\w.-])gitlab-pod-executor(?:\.js)? ([a-z][a-z-]*)\b(.*)/g),
    ]);
    const wrong: string[] = [];
    for (const [call, name = '', rest = ''] of calls) {
      const help = helps.get(name) ?? '';
      if (help === '' || optionsOf(rest).some((option) => !knows(help, option))) wrong.push(call);
    }

    expect(wrong).toEqual([]);
  });

  it('the page calls scripts/demo with options that it has', () => {
    const calls = code.flatMap((line) => [...line.matchAll(/scripts\/demo( .*)/g)]);
    const wrong = calls.filter(([, rest = '']) => optionsOf(rest).some((option) => !knows(demoHelp, option)));

    expect(wrong.map(([call]) => call)).toEqual([]);
  });

  it('the page calls npm scripts that there are', () => {
    const named = code.flatMap((line) => [...line.matchAll(/npm run (?:-s )?([\w:-]+)/g)]);

    expect(named.map(([, name = '']) => name).filter((name) => !(name in scripts))).toEqual([]);
  });
});
