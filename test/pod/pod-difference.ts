// Where two pods, or all that two jobs get, differ, by paths as docs/pod-fields.md writes them; and that page's table.
import { readFileSync } from 'node:fs';

type Json = Readonly<Record<string, unknown>>;

/** Lists whose items are found by name: an item that one pod lacks is one difference, whatever is in it. */
const named = new Set(['containers', 'initContainers', 'volumes']);

export function differences(one: unknown, other: unknown, path = ''): string[] {
  if (JSON.stringify(one) === JSON.stringify(other)) return [];
  if (!isMap(one) || !isMap(other)) return [path];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) => {
    const below = path === '' ? key : `${path}.${key}`;
    return named.has(key)
      ? differences(byName(one[key]), byName(other[key]), below)
      : differences(one[key], other[key], below);
  });
}

export interface FieldRow {
  readonly field: string;
  covers: (path: string) => boolean;
}

/** The first column of every table of the page. */
export function documentedFields(): FieldRow[] {
  const page = readFileSync('docs/pod-fields.md', 'utf8');
  return [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, field = '']) => {
    const pattern = field.replace(/[.*+?^${}()|[\]\\/]/g, (sign) =>
      sign === '*' ? '[a-z0-9-]+' : `\\${sign}`,
    );
    // A row for a whole container or Secret speaks of its being there, not of what is in it.
    const isItem = /^(spec\.(containers|initContainers|volumes)|secrets)\.[^.]+$/.test(field);
    const expression = new RegExp(`^${pattern}${isItem ? '$' : '(\\.|$)'}`);
    return { field, covers: (path) => expression.test(path) };
  });
}

function byName(list: unknown): Json {
  if (!Array.isArray(list)) return {};
  return Object.fromEntries((list as readonly { name: string }[]).map((item) => [item.name, item]));
}

function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
