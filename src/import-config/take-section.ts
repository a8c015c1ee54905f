// Every key of a section, one after the other: what becomes of it, and what is wrong with it. No key goes without an entry.
import type { KeyPath, Problem } from '../policy/problem.ts';
import { isObject } from '../security/field-values.ts';
import type { Draft } from './draft.ts';
import { knownKeys, knownVersion, type Section } from './keys/known-keys.ts';
import { rowFor } from './rows/all-rows.ts';
import type { KeyOutcome, KeyVerdict, Row } from './rows/row.ts';

/** What the report says of one key as it was written. */
export interface KeyEntry {
  readonly section: Section;
  readonly key: string;
  /** In the file. */
  readonly path: KeyPath;
  readonly verdict: KeyVerdict;
  readonly becomes: string;
  readonly says: string;
}

export interface TakenSection {
  readonly entries: readonly KeyEntry[];
  readonly problems: readonly Problem[];
}

export interface SectionInput {
  readonly section: Section;
  readonly value: unknown;
  readonly path: KeyPath;
  readonly draft: Draft;
  /** From the key to what stands for its row: what the caller decides itself. */
  readonly decided?: Readonly<Record<string, KeyOutcome>>;
}

export function takeSection(input: SectionInput): TakenSection {
  const { section, value, path } = input;
  const keys = isObject(value) ? writtenKeys(section, value, '', path) : [];
  const taken = keys.map((each) => takeKey(each, input));
  return {
    entries: taken.flatMap(({ entry }) => (entry === null ? [] : [entry])),
    problems: taken.flatMap(({ problem }) => (problem === null ? [] : [problem])),
  };
}

interface WrittenKey {
  readonly key: string;
  readonly value: unknown;
  readonly path: KeyPath;
  /** null: GitLab Runner does not know it. */
  readonly row: Row | null;
}

/** Down to where a row speaks of the key as a whole. */
function writtenKeys(
  section: Section,
  table: Readonly<Record<string, unknown>>,
  prefix: string,
  path: KeyPath,
): WrittenKey[] {
  return Object.entries(table).flatMap(([name, value]) => {
    const key = `${prefix}${name}`;
    const at = [...path, name];
    if (isOtherSection(section, key)) return [];
    const row = rowFor(section, key);
    const isKnown = row !== null && (knownKeys[section][key] !== undefined || isBelowFreeTable(section, key));
    if (isKnown) return [{ key, value, path: at, row }];
    if (isObject(value) && knownKeys[section][key] !== undefined)
      return writtenKeys(section, value, `${key}.`, at);
    return [{ key, value, path: at, row: null }];
  });
}

/** They have rows of their own. */
const isOtherSection = (section: Section, key: string): boolean =>
  (section === 'runners' && (key === 'kubernetes' || key === 'docker')) ||
  (section === 'global' && key === 'runners');

function isBelowFreeTable(section: Section, key: string): boolean {
  const parent = key.split('.').slice(0, -1).join('.');
  return parent !== '' && rowFor(section, parent)?.keys.includes(parent) === true;
}

interface TakenKey {
  readonly entry: KeyEntry | null;
  readonly problem: Problem | null;
}

function takeKey(
  { key, value, path, row }: WrittenKey,
  { section, draft, value: all, decided = {} }: SectionInput,
): TakenKey {
  if (row === null) {
    const says = `GitLab Runner ${knownVersion} does not know this key, so that it does nothing there either.`;
    return { entry: { section, key, path, verdict: 'none', becomes: '', says }, problem: null };
  }
  const own = decided[key];
  const outcome = own ?? row.take?.({ key, value, draft, all: isObject(all) ? all : {} });
  if (outcome?.mistake !== undefined) return { entry: null, problem: { path, message: outcome.mistake } };
  const { verdict = row.verdict, says = row.says } = outcome ?? {};
  return { entry: { section, key, path, verdict, becomes: row.becomes, says }, problem: null };
}
