// A command's --help, made of its definition.
import { wrapText } from '../../src/text/text-table.ts';
import type { CommandFacts } from './command-facts.ts';

const program = 'gitlab-pod-executor';
/** A terminal's. */
const width = 80;
const indent = '  ';
/** A longer option stands on a line of its own. */
const maxNameWidth = 18;

/** Fits into 80 columns where the definition's own lines do. */
export function helpText(command: CommandFacts): string {
  const paragraphs = [
    `${program} ${command.name}: ${command.summary}`,
    usage(command),
    about(command.about),
    rows(command.positionals.flatMap(({ name, help }) => (help === undefined ? [] : [[name, help]]))),
    rows(Object.entries(command.options).map(([name, option]) => [optionUsage(name, option), option.help])),
    wrapText(`Exit code: ${command.exitCodes}`, width).join('\n'),
    command.examples?.trimEnd() ?? '',
  ];
  return `${paragraphs.filter((text) => text !== '').join('\n\n')}\n`;
}

function usage({ name, usage: calls }: CommandFacts): string {
  const [only] = calls;
  if (calls.length > 1 || only === undefined) {
    return ['Usage:', ...calls.map((call) => `${indent}${program} ${call}`)].join('\n');
  }
  const start = `Usage: ${program} ${name} `;
  const [first = '', ...rest] = wrapWords(
    only.slice(name.length + 1).split(wordBoundary),
    width - start.length,
  );
  return [`${start}${first}`.trimEnd(), ...rest.map((line) => ' '.repeat(start.length) + line)].join('\n');
}

/** `[--policy FILE]` stays on one line. */
const wordBoundary = / (?![^[]*\])/;

function wrapWords(words: readonly string[], room: number): string[] {
  const lines = [''];
  for (const word of words) {
    const joined = `${lines.at(-1)} ${word}`.trimStart();
    if (joined.length <= room) lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  return lines;
}

/** What begins with a space belongs to the paragraph before it, and is kept as it is. */
function about(paragraphs: readonly string[]): string {
  return paragraphs
    .map((text, index) => {
      if (text.startsWith(' ')) return `\n${text}`;
      return `${index === 0 ? '' : '\n\n'}${wrapText(text, width).join('\n')}`;
    })
    .join('');
}

function optionUsage(name: string, { value }: { readonly value?: string }): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}

function rows(all: readonly (readonly string[])[]): string {
  const names = all.map(([name = '']) => name.length).filter((length) => length <= maxNameWidth);
  const column = Math.max(0, ...names) + indent.length;
  return all
    .flatMap(([name = '', help = '']) => {
      const lines = wrapText(help, width - column - indent.length).map(
        (line) => `${indent}${' '.repeat(column)}${line}`,
      );
      const [first = '', ...rest] = lines;
      if (name.length > maxNameWidth) return [`${indent}${name}`, ...lines];
      return [`${indent}${name}${first.slice(indent.length + name.length)}`, ...rest];
    })
    .join('\n');
}
