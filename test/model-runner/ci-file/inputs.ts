// `spec:inputs` of a file's header, and `$[[ inputs.NAME ]]` in the file itself.
import { isSettings, mapTree, type Settings, settingsOf, textOf, textsOf } from './settings.ts';

interface Given {
  readonly file: string;
  readonly inputs: Settings;
  /** For the function `expand_vars`. */
  readonly expand: (text: string) => string;
}

/** @throws with every input that is missing, unknown, or not what its header allows */
export function fillInputs(content: Settings, spec: Settings, given: Given): Settings {
  const { values, faults } = inputValues(settingsOf(spec['inputs']), given);
  const fill = (text: string) => fillText(text, { values, faults, expand: given.expand });
  const leaf = (value: unknown) => (typeof value === 'string' ? fill(value) : value);
  const filled = settingsOf(mapTree(content, { leaf, key: (key) => textOf(fill(key)) }));
  if (faults.length > 0) throw new Error(`${given.file}: ${[...new Set(faults)].join('; ')}`);
  return filled;
}

function inputValues(declared: Settings, { inputs }: Given) {
  const faults = Object.keys(inputs)
    .filter((name) => !(name in declared))
    .map((name) => `the input \`${name}\` is not declared in spec:inputs`);
  const values = new Map<string, unknown>();
  for (const [name, rules] of Object.entries(declared)) {
    const value = inputs[name] ?? settingsOf(rules)['default'];
    const fault = value === undefined ? 'required value has not been provided' : wrong(value, rules);
    if (fault === null) values.set(name, value);
    else faults.push(`\`${name}\` input: ${fault}`);
  }
  return { values, faults };
}

function wrong(value: unknown, declared: unknown): string | null {
  if (!isSettings(declared)) return null;
  const { type = 'string', options, regex } = declared;
  const actual = Array.isArray(value) ? 'array' : typeof value;
  if (type !== actual) return `provided value is not a ${textOf(type)}`;
  if (options !== undefined && !textsOf(options).includes(textOf(value)))
    return `\`${textOf(value)}\` cannot be used because it is not in the list of allowed options`;
  if (regex !== undefined && !new RegExp(textOf(regex)).test(textOf(value)))
    return 'provided value does not match required RegEx pattern';
  return null;
}

interface Fill {
  readonly values: ReadonlyMap<string, unknown>;
  readonly faults: string[];
  readonly expand: (text: string) => string;
}

const block = /\$\[\[\s*(.*?)\s*\]\]/g;

/** A block that stands alone keeps the type of its value. */
function fillText(text: string, fill: Fill): unknown {
  const [whole, inner] = /^\$\[\[\s*((?:(?!\]\]).)*?)\s*\]\]$/.exec(text) ?? [];
  if (whole !== undefined) return blockValue(inner ?? '', fill);
  return text.replaceAll(block, (_, each: string) => textOf(blockValue(each, fill)));
}

function blockValue(inner: string, { values, faults, expand }: Fill): unknown {
  const [access = '', ...functions] = inner.split('|').map((part) => part.trim());
  const [, name] = /^inputs\.([\w-]+)$/.exec(access) ?? [];
  if (name === undefined || (!values.has(name) && faults.length === 0)) {
    faults.push(`\`$[[ ${inner} ]]\` is not known; only declared inputs are filled in`);
    return inner;
  }
  return functions.reduce<unknown>((value, call) => {
    const [, from, length] = /^truncate\(\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(call) ?? [];
    if (call === 'expand_vars') return expand(textOf(value));
    if (from !== undefined) return textOf(value).slice(Number(from), Number(from) + Number(length));
    faults.push(`the function \`${call}\` is not supported`);
    return value;
  }, values.get(name));
}
