// What a CI file says, as plain values: maps, lists, texts, numbers, booleans, and `!reference` until it is resolved.

export type Settings = Readonly<Record<string, unknown>>;

/** `!reference [.job, key]`, not yet looked up. */
export class Reference {
  readonly path: readonly string[];

  constructor(path: readonly string[]) {
    this.path = path;
  }
}

export function isSettings(value: unknown): value is Settings {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Reference)
  );
}

/** A map, or an empty one. */
export function settingsOf(value: unknown): Settings {
  return isSettings(value) ? value : {};
}

/** A list, one value as a list of one, nothing as none. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

/** A scalar as GitLab writes it into a variable or a name. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}

export function textsOf(value: unknown): readonly string[] {
  return listOf(value).map(textOf);
}

/** A hash merges into a hash, key by key; a list, and anything else, takes the place of what was there (Ruby's deep_merge). */
export function deepMerge(base: unknown, top: unknown): unknown {
  if (!isSettings(base) || !isSettings(top)) return top;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(top)) {
    merged[key] = key in base ? deepMerge(base[key], value) : value;
  }
  return merged;
}

/** Every value that is no map and no list, replaced. */
export function mapLeaves(value: unknown, change: (leaf: unknown) => unknown): unknown {
  return mapTree(value, { leaf: change, key: (key) => key });
}

export function mapTree(
  value: unknown,
  change: { readonly leaf: (leaf: unknown) => unknown; readonly key: (key: string) => string },
): unknown {
  if (Array.isArray(value)) return value.map((item) => mapTree(item, change));
  if (!isSettings(value)) return change.leaf(value);
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [change.key(key), mapTree(item, change)]));
}
