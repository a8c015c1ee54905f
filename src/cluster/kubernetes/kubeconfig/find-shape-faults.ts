// Checks a parsed file against the kinds of values that its fields may have. Faults name the place and the kind, never the value.

export type Shape =
  | 'text'
  | 'base64'
  | 'flag'
  | 'anything'
  | { readonly list: Shape }
  /** A list whose entries have a `name`, each once. */
  | { readonly named: Shape }
  /** A map with any keys. */
  | { readonly values: Shape }
  /** A map; unknown keys are nobody's fault. */
  | { readonly fields: Readonly<Record<string, Shape>> };

export type Path = readonly (string | number)[];

export interface ShapeFault {
  readonly path: Path;
  /** A clause: "is a number, not a text". Never quotes the value, which may be a secret. */
  readonly fault: string;
}

/** All of them. What is absent or null has no fault. */
export function findShapeFaults(value: unknown, shape: Shape, path: Path = []): readonly ShapeFault[] {
  if (value === null || value === undefined || shape === 'anything') return [];
  if (shape === 'text' || shape === 'base64' || shape === 'flag') return scalarFaults(value, shape, path);
  if ('list' in shape || 'named' in shape) {
    const entries = 'list' in shape ? shape.list : shape.named;
    if (!Array.isArray(value)) return wrongKind(value, 'a list', path);
    const faults = value.flatMap((entry, index) => findShapeFaults(entry, entries, [...path, index]));
    return 'named' in shape ? [...faults, ...duplicateFaults(value, path)] : faults;
  }
  if (!isMap(value)) return wrongKind(value, 'a map', path);
  return Object.entries(value).flatMap(([key, inner]) => {
    const innerShape = 'values' in shape ? shape.values : ownShape(shape.fields, key);
    return findShapeFaults(inner, innerShape, [...path, key]);
  });
}

function ownShape(fields: Readonly<Record<string, Shape>>, key: string): Shape {
  return Object.hasOwn(fields, key) ? (fields[key] ?? 'anything') : 'anything';
}

function scalarFaults(value: unknown, shape: 'text' | 'base64' | 'flag', path: Path): readonly ShapeFault[] {
  if (shape === 'flag') return typeof value === 'boolean' ? [] : wrongKind(value, 'true or false', path);
  if (typeof value !== 'string') return wrongKind(value, 'a text', path);
  return shape === 'text' || isBase64(value) ? [] : [{ path, fault: 'is not base64' }];
}

/** As Go reads it: the standard letters with their padding; only line breaks may stand between them. */
function isBase64(text: string): boolean {
  const letters = text.replace(/[\r\n]/g, '');
  return letters.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(letters);
}

function wrongKind(value: unknown, wanted: string, path: Path): readonly ShapeFault[] {
  const quotes = wanted === 'a text' && typeof value !== 'object' ? ': put it in quotes' : '';
  return [{ path, fault: `is ${kindOf(value)}, not ${wanted}${quotes}` }];
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isMap(value)) return 'a map';
  const kinds: Readonly<Record<string, string>> = {
    string: 'a text',
    number: 'a number',
    boolean: 'true or false',
  };
  return kinds[typeof value] ?? 'something else';
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}

function duplicateFaults(list: readonly unknown[], path: Path): readonly ShapeFault[] {
  const names = list.map((entry) => (isMap(entry) && typeof entry['name'] === 'string' ? entry['name'] : ''));
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [{ path: [...path, index], fault: `has the name "${name}", as one before it` }],
  );
}
