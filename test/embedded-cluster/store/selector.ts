// Label and field selectors as they stand in a query string.
import type { KubeObject } from './kube-object.ts';

export type Selector = (object: KubeObject) => boolean;

/**
 * @throws Error with the API server's wording when the text is no selector
 */
export function parseLabelSelector(text: string): Selector {
  const requirements = splitRequirements(text).map(parseRequirement);
  return (object) => requirements.every((holds) => holds(object.metadata.labels ?? {}));
}

/** `metadata.name=x,involvedObject.uid!=y`: fields are read from the object by their path. */
export function parseFieldSelector(text: string): Selector {
  const requirements = text
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const match = /^([\w.]+)(==|=|!=)(.*)$/.exec(part);
      if (!match) throw new Error(`invalid selector: '${text}'; can't understand '${part}'`);
      const [, path = '', operator, value = ''] = match;
      return (object: KubeObject) => (fieldOf(object, path) === value) === (operator !== '!=');
    });
  return (object) => requirements.every((holds) => holds(object));
}

type Labels = Readonly<Record<string, string>>;

function parseRequirement(text: string): (labels: Labels) => boolean {
  const set = /^([\w./-]+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(text);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return (labels) => values.includes(labels[key] ?? '\0') === (operator === 'in');
  }
  const equal = /^([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)$/.exec(text);
  if (equal) {
    const [, key = '', operator, value = ''] = equal;
    return (labels) => (labels[key] === value) === (operator !== '!=');
  }
  const present = /^(!?)([\w./-]+)$/.exec(text);
  if (!present) throw new Error(`unable to parse requirement: found '${text}'`);
  return (labels) => (present[2] ?? '') in labels === (present[1] === '');
}

/** Commas inside parentheses belong to a set. */
const splitRequirements = (text: string): string[] =>
  text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

function fieldOf(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const key of path.split('.')) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  return typeof value === 'string' ? value : '';
}
