// The JSON that config prints, read as Go reads it: any case of a key, unknown keys ignored, null as absent, types exact
// (executors/custom/api/config.go).
import { type Failure, systemFailure } from './failure.ts';
import { goSyntaxError } from './go-json.ts';

export interface ConfigAnswer {
  readonly driver?: { readonly name?: string; readonly version?: string };
  readonly hostname?: string;
  readonly builds_dir?: string;
  readonly cache_dir?: string;
  readonly builds_dir_is_shared?: boolean;
  readonly job_env?: Readonly<Record<string, string>>;
  readonly shell?: string;
}

/** Go names the struct that it is embedded in, and the embedded one as a field of it. */
const embedded = 'ConfigExecOutput';

export type ReadAnswer = { readonly answer: ConfigAnswer } | { readonly failure: Failure };

export function readConfigAnswer(text: string): ReadAnswer {
  if (text === '') return { answer: {} };
  const syntax = goSyntaxError(text);
  if (syntax !== null) return { failure: parseFailure(syntax) };
  const reader = readObject(JSON.parse(text), { struct: 'ConfigExecOutput', path: embedded });
  const answer = {
    ...reader.string('hostname'),
    ...reader.string('builds_dir'),
    ...reader.string('cache_dir'),
    ...reader.boolean('builds_dir_is_shared'),
    ...reader.string('shell'),
    ...reader.strings('job_env'),
    ...reader.driver(),
  };
  const fault = reader.faults[0];
  return fault === undefined ? { answer } : { failure: parseFailure(fault) };
}

function parseFailure(words: string): Failure {
  return systemFailure(`error while parsing JSON output: ${words}`);
}

function readObject(value: unknown, place: { readonly struct: string; readonly path: string }) {
  const faults: string[] = [];
  const fields = isObject(value) ? Object.entries(value) : [];
  if (!isObject(value) && value !== null) {
    faults.push(`json: cannot unmarshal ${goType(value)} into Go value of type custom.${place.struct}`);
  }

  const read = (key: string): unknown =>
    fields.findLast(([name]) => name.toLowerCase() === key)?.[1] ?? undefined;
  const mismatch = (key: string, actual: unknown, type: string): Record<string, never> => {
    faults.push(
      `json: cannot unmarshal ${goType(actual)} into Go struct field ${place.struct}.${place.path}.${key} of type ${type}`,
    );
    return {};
  };
  const typed = <T>(key: string, type: string, is: (value: unknown) => value is T): Record<string, T> => {
    const found = read(key);
    if (found === undefined) return {};
    return is(found) ? { [key]: found } : mismatch(key, found, type);
  };
  return {
    faults,
    string: (key: string) => typed(key, 'string', (found) => typeof found === 'string'),
    boolean: (key: string) => typed(key, 'bool', (found) => typeof found === 'boolean'),
    strings(key: string): Record<string, Record<string, string>> {
      const found = read(key);
      if (found === undefined) return {};
      if (!isObject(found)) return mismatch(key, found, 'map[string]string');
      const strings: Record<string, string> = {};
      for (const [name, entry] of Object.entries(found)) {
        if (typeof entry !== 'string' && entry !== null) return mismatch(key, entry, 'string');
        strings[name] = entry ?? '';
      }
      return { [key]: strings };
    },
    driver(): { driver?: { name?: string; version?: string } } {
      const found = read('driver');
      if (found === undefined) return {};
      if (!isObject(found)) return mismatch('driver', found, 'api.DriverInfo');
      const driver = readObject(found, { struct: 'DriverInfo', path: `${embedded}.driver` });
      const fields = { ...driver.string('name'), ...driver.string('version') };
      faults.push(...driver.faults);
      return { driver: fields };
    },
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function goType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
