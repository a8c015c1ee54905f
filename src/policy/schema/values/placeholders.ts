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

/** @returns null: every placeholder is known. */
export function checkPlaceholders(text: string): string | null {
  for (const [written, name] of text.matchAll(form)) {
    if (name === undefined || Object.hasOwn(placeholders, name)) continue;
    const known = Object.keys(placeholders);
    const near = nearestName(name, known);
    const all = known.map((each) => `{${each}}`).join(', ');
    const meant = near === null ? '.' : `; did you mean \`{${near}}\`?`;
    return `has the unknown placeholder \`${written}\`${meant} Known are ${all}; write {{ for a brace`;
  }
  return null;
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
