// Reads kubeconfig files as kubectl does: several of them merge, the first that names something wins, and paths in a file are
// relative to that file. JSON, which is YAML, is read without the YAML parser: this is on the way of `run`.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { SystemFailure } from '../../outcome/system-failure.ts';

export type Entry = Readonly<Record<string, unknown>>;

export interface Kubeconfig {
  readonly currentContext: string;
  /** Names of all contexts, for whoever mistyped one. */
  readonly contextNames: readonly string[];
  find(kind: 'context' | 'cluster' | 'user', name: string): Found | null;
}

export interface Found {
  readonly entry: Entry;
  /** The file that it stands in. */
  readonly file: string;
}

/** @param files absolute paths. @throws SystemFailure when one cannot be read */
export async function readKubeconfig(files: readonly string[]): Promise<Kubeconfig> {
  const parsed = await Promise.all(files.map(async (file) => ({ file, config: await parseFile(file) })));
  return {
    currentContext: parsed.map(({ config }) => textOf(config, 'current-context')).find(Boolean) ?? '',
    contextNames: parsed.flatMap(({ config }) =>
      section(config, 'context').map((one) => textOf(one, 'name')),
    ),
    find: (kind, name) => {
      for (const { file, config } of parsed) {
        const named = section(config, kind).find((one) => textOf(one, 'name') === name);
        if (named) return { entry: asEntry(named[kind]), file };
      }
      return null;
    },
  };
}

/** A path as the file means it. */
export function pathFrom({ file }: Found, path: string): string {
  return resolve(dirname(file), path);
}

/** Empty when it is missing, or no text. */
export function textOf(entry: Entry, key: string): string {
  const value = entry[key];
  return typeof value === 'string' ? value : '';
}

export function asEntry(value: unknown): Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Entry) : {};
}

function section(config: Entry, kind: 'context' | 'cluster' | 'user'): readonly Entry[] {
  const list = config[`${kind}s`];
  return Array.isArray(list) ? list.map(asEntry) : [];
}

async function parseFile(file: string): Promise<Entry> {
  const text = readText(file);
  const parse = text.trimStart().startsWith('{') ? JSON.parse : (await import('./parse-yaml.ts')).parseYaml;
  try {
    return asEntry(parse(text));
  } catch (error) {
    // No `cause`: a parser's words quote the file, and it holds keys. YAML's end in "(LINE:COLUMN)", JSON's in "(line LINE …)".
    const place = /\((?:line )?(\d+)[: ]/.exec((error as Error).message)?.[1];
    throw new SystemFailure(
      'policy-invalid',
      `Cannot read the kubeconfig ${file}: it is neither YAML nor JSON${place ? ` (line ${place})` : ''}. Check \`cluster.kubeconfig\` in the policy.`,
    );
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new SystemFailure(
      'policy-invalid',
      `Cannot read the kubeconfig ${file}: ${isMissing ? 'there is no such file' : (cause as Error).message}. ` +
        "Set `cluster.kubeconfig` in the policy to a file that the runner's user can read.",
      { cause },
    );
  }
}
