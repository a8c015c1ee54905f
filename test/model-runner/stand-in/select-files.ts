// Which files an archive takes: paths, patterns, untracked ones, without the excluded (commands/helpers/file_archiver.go).
import { spawnSync } from 'node:child_process';
import { lstatSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Flags } from './flags.ts';
import { log } from './log.ts';
import { fixedPart, pathPattern } from './path-pattern.ts';

export interface FileChoice {
  /** The project; nothing outside it is taken. */
  readonly directory: string;
  readonly paths: readonly string[];
  readonly exclude: readonly string[];
  readonly untracked: boolean;
}

export function choiceFrom(flags: Flags, env: NodeJS.ProcessEnv): FileChoice {
  const expanded = (name: string) => flags.all(name).map((text) => expandVariables(text, env));
  return {
    directory: process.cwd(),
    paths: expanded('path'),
    exclude: expanded('exclude'),
    untracked: flags.has('untracked'),
  };
}

/** Relative to the directory, folders too, sorted; says what it found and what it did not. */
export function selectFiles(choice: FileChoice): readonly string[] {
  const found = new Set<string>();
  const excluded = new Map<string, number>();
  const take = (path: string): boolean => {
    const rule = choice.exclude.find((pattern) => isMatch(choice, pattern, path));
    if (rule !== undefined) excluded.set(rule, (excluded.get(rule) ?? 0) + 1);
    else found.add(path);
    return rule === undefined;
  };
  for (const path of choice.paths) takePath(choice, path, take);
  if (choice.untracked) takeUntracked(choice, take);
  for (const [rule, count] of excluded) log.info(`${rule}: excluded ${count} files`);
  return [...found].sort();
}

function takePath(choice: FileChoice, path: string, take: (path: string) => boolean): void {
  const relative = insideProject(choice, path);
  if (path === '') log.warn('No matching files. Path is empty.');
  else if (relative === null) {
    log.warn(`processPath: artifact path is not a subpath of project directory: ${path}`);
  } else {
    report(choice, path, matches(choice, relative).filter(take).length);
  }
}

function report({ directory }: FileChoice, path: string, count: number): void {
  if (count > 0) {
    log.info(`${path}: found ${count} matching artifact files and directories`);
    return;
  }
  log.warn(
    `${path}: no matching files. Ensure that the artifact path is relative to the working directory (${directory})`,
  );
}

/** With what lies below them; links are not followed. What matches by itself and below another is counted twice, as in the helper. */
function matches(choice: FileChoice, relative: string): readonly string[] {
  const base = fixedPart(relative).replace(/\/$/, '') || '.';
  if (!exists(choice, base)) return [];
  const pattern = pathPattern(relative);
  const candidates = base === relative ? [base] : [base, ...below(choice, base)];
  const hits = candidates.filter((path) => path === relative || (path !== '.' && pattern.test(path)));
  return hits.flatMap((hit) => [hit, ...below(choice, hit)]);
}

/** Everything under a folder; node's own recursive reading would follow links, round in circles if need be. */
function below(choice: FileChoice, path: string): readonly string[] {
  const whole = join(choice.directory, path);
  if (!lstatSync(whole).isDirectory()) return [];
  return readdirSync(whole).flatMap((name) => {
    const child = posix.join(path, name);
    return [child, ...below(choice, child)];
  });
}

function exists({ directory }: FileChoice, path: string): boolean {
  return lstatSync(join(directory, path), { throwIfNoEntry: false }) !== undefined;
}

function takeUntracked(choice: FileChoice, take: (path: string) => boolean): void {
  const names = untrackedNames(choice.directory);
  if (names === null) return;
  const count = names.filter((name) => name !== '' && take(name)).length;
  if (count > 0) log.info(`untracked: found ${count} files`);
  else log.warn('untracked: no files');
}

/** null: git could not tell, which the helper only mentions. */
function untrackedNames(directory: string): readonly string[] | null {
  const { status, stdout } = spawnSync('git', ['-C', directory, 'ls-files', '-o', '-z'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status === 0) return stdout.split('\0');
  log.warn(`untracked: exit status ${status}`);
  return null;
}

function isMatch(choice: FileChoice, pattern: string, path: string): boolean {
  const relative = insideProject(choice, pattern);
  return relative !== null && pathPattern(relative).test(path);
}

/** null: outside. */
function insideProject({ directory }: FileChoice, path: string): string | null {
  const relative = posix.relative(directory, posix.resolve(directory, path)) || '.';
  return relative === '..' || relative.startsWith('../') ? null : relative;
}

/** The helper expands variables that the runner left alone. */
export function expandVariables(text: string, env: NodeJS.ProcessEnv): string {
  return text.replace(
    /\$(?:\{(\w+)\}|(\w+))/g,
    (_, braced?: string, bare?: string) => env[braced ?? bare ?? ''] ?? '',
  );
}
