// The keys of GitLab Runner's config.toml, as its own source has them: names and types, and the version they are of.
import known from './gitlab-runner-keys.json' with { type: 'json' };

export const knownVersion = known.version;
export const knownSource = known.source;

/** `global`: at the top of the file; `runners`: in `[[runners]]`; the others: a section of it. */
export const sections = ['global', 'runners', 'kubernetes', 'docker'] as const;
export type Section = (typeof sections)[number];

/**
 * `section`: keys below it. `tables`: a list of such. `table`: its keys are anybody's. `text or texts`: one, or a list. Of some sections
 * the keys below are not listed: nothing here depends on them.
 */
export type KeyType =
  | 'text'
  | 'texts'
  | 'text or texts'
  | 'number'
  | 'numbers'
  | 'boolean'
  | 'duration'
  | 'table'
  | 'tables'
  | 'section';

export const knownKeys = known.keys as Readonly<Record<Section, Readonly<Record<string, KeyType>>>>;
