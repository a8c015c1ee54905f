// The keys of a config.toml beside those that GitLab Runner knows: values of a wrong type, which it refuses, and names that it does not
// know, which it passes over without a word.
import type { KeyPath, Problem } from '../../policy/problem.ts';
import { isObject } from '../../security/field-values.ts';
import { nearestName } from '../../text/nearest-name.ts';
import { type KeyType, knownKeys, type Section } from './known-keys.ts';

export interface CheckedKeys {
  /** Of a wrong type. Paths are those below `path`. */
  readonly problems: readonly Problem[];
  readonly unknown: readonly {
    readonly key: string;
    readonly path: KeyPath;
    readonly meant: string | null;
    /** What the key is called since GitLab Runner renamed it. */
    readonly now: string | null;
  }[];
}

/** Names of older versions of GitLab Runner, by section and key. */
const formerNames: Readonly<Record<string, string>> = {
  'runners.pre_clone_script': 'pre_get_sources_script',
  'runners.post_clone_script': 'post_get_sources_script',
  'kubernetes.termination_grace_period_seconds': 'pod_termination_grace_period_seconds',
};

/** `path`: where the section stands in the file. */
export function checkKeys(section: Section, value: unknown, path: KeyPath): CheckedKeys {
  return checkTable({ section, keys: knownKeys[section], prefix: '', value, path });
}

interface TableInput {
  readonly section: Section;
  readonly keys: Readonly<Record<string, KeyType>>;
  /** Of names in `keys`. */
  readonly prefix: string;
  readonly value: unknown;
  readonly path: KeyPath;
}

function checkTable({ section, keys, prefix, value, path }: TableInput): CheckedKeys {
  const below = Object.keys(keys).filter(
    (key) => key.startsWith(prefix) && !key.slice(prefix.length).includes('.'),
  );
  // Sections of which nothing is known take whatever they hold.
  if (!isObject(value) || below.length === 0) return { problems: [], unknown: [] };
  return together(
    Object.entries(value).map(([name, each]): CheckedKeys => {
      const key = `${prefix}${name}`;
      const at = [...path, name];
      const type = keys[key];
      if (type === undefined) {
        const names = below.map((known) => known.slice(prefix.length));
        const now = formerNames[`${section}.${key}`] ?? null;
        return { problems: [], unknown: [{ key, path: at, meant: nearestName(name, names), now }] };
      }
      if (!isOfType[type](each))
        return { problems: [{ path: at, message: `must be ${words[type]}` }], unknown: [] };
      const items = type === 'tables' ? (each as unknown[]) : type === 'section' ? [each] : [];
      return together(
        items.map((item, index) =>
          checkTable({
            section,
            keys,
            prefix: `${key}.`,
            value: item,
            path: type === 'tables' ? [...at, index] : at,
          }),
        ),
      );
    }),
  );
}

const together = (checked: readonly CheckedKeys[]): CheckedKeys => ({
  problems: checked.flatMap(({ problems }) => problems),
  unknown: checked.flatMap(({ unknown }) => unknown),
});

const isText = (value: unknown): boolean => typeof value === 'string' || value instanceof Date;
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

const isNumber = (value: unknown): boolean => typeof value === 'number' || typeof value === 'bigint';

const isOfType: Readonly<Record<KeyType, (value: unknown) => boolean>> = {
  text: isText,
  texts: isTexts,
  'text or texts': (value) => isText(value) || isTexts(value),
  number: isNumber,
  numbers: (value) => Array.isArray(value) && value.every(isNumber),
  boolean: (value) => typeof value === 'boolean',
  duration: (value) => typeof value === 'number' || isText(value),
  table: isObject,
  tables: (value) => Array.isArray(value) && value.every(isObject),
  section: isObject,
};

const words: Readonly<Record<KeyType, string>> = {
  text: 'a text, in quotes',
  texts: 'a list of texts: ["…", "…"]',
  'text or texts': 'a text, or a list of texts',
  number: 'a number, without quotes',
  numbers: 'a list of numbers: [1, 2]',
  boolean: 'true or false, without quotes',
  duration: 'a duration such as "10m"',
  table: 'a table of keys',
  tables: 'a list of tables: [[…]]',
  section: 'a table of keys',
};
