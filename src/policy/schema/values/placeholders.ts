// `{image}` and its like in the operator's own words to authors. They are checked when the policy is loaded, so that no
// author ever reads `{imgae}`.
import { nearestName } from '../../../text/nearest-name.ts';

/** What each stands for; the order is the order in messages. */
export const placeholders = {
  image: 'the image that the rejection is about, or all of them, separated by commas',
  kind: 'image or service',
  project: 'full path of the project',
  job: 'name of the job',
  policy: 'hash of the policy',
} as const;

export type Placeholder = keyof typeof placeholders;

/** A doubled brace is a brace. */
const form = /\{\{|\}\}|\{([A-Za-z_]*)\}/g;

/** Every brace, with what belongs to it; other languages write `{{ image }}` and `${image}`. */
const anyBrace = /\{\{\s*([A-Za-z_]+)\s*\}\}|\{\{|\}\}|(\$?)\{\s*([^{}]*?)\s*\}|[{}]/g;

/** @returns null: every brace belongs to a known placeholder, or is doubled. */
export function checkPlaceholders(text: string): string | null {
  for (const [written, doubled, dollar, name] of text.matchAll(anyBrace)) {
    const fault =
      name === undefined
        ? (checkDoubled(written, doubled) ?? checkSingle(written))
        : checkName(written, name, dollar !== '');
    if (fault !== null) return fault;
  }
  return null;
}

const names = Object.keys(placeholders);
const known = `Known are ${names.map((each) => `{${each}}`).join(', ')}; write {{ for a brace`;

/** What is right is `{NAME}` without a space or a sign before it. */
function checkName(written: string, name: string, hasDollar: boolean): string | null {
  if (Object.hasOwn(placeholders, name)) {
    return written === `{${name}}` && !hasDollar ? null : `has \`${written}\`; write \`{${name}}\``;
  }
  const near = nearestName(name, names);
  const meant = near === null ? '.' : `; did you mean \`{${near}}\`?`;
  return `has the unknown placeholder \`${written}\`${meant} ${known}`;
}

function checkDoubled(written: string, name: string | undefined): string | null {
  const meant = name === undefined ? null : nearestName(name, names);
  if (meant === null) return null;
  return `has \`${written}\`, which authors would read as \`{${name}}\`; write \`{${meant}}\``;
}

function checkSingle(written: string): string | null {
  if (written.length > 1) return null;
  return `has a \`${written}\` that belongs to no placeholder. ${known}`;
}

/** `encode` is for places such as an address, where not every character may stand. */
export function fillPlaceholders(
  text: string,
  values: Readonly<Record<Placeholder, string>>,
  encode: (value: string) => string = (value) => value,
): string {
  return text.replace(form, (written: string, name?: string) => {
    if (name === undefined) return written.charAt(0);
    return isPlaceholder(name) ? encode(values[name]) : written;
  });
}

function isPlaceholder(name: string): name is Placeholder {
  return Object.hasOwn(placeholders, name);
}
