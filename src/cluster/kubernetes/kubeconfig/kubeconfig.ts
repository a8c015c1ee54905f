// Reads kubeconfig files as kubectl does: several of them merge, the first that names something wins, and paths in a file are
// relative to that file. docs/decisions/0008 compares it with kubectl, case by case.
import { dirname, resolve } from 'node:path';
import { readFileToEnd } from '../../../files/read-file-to-end.ts';
import { SystemFailure } from '../../../outcome/system-failure.ts';
import { plainLine } from '../../../text/plain-text.ts';
import { findShapeFaults, type Path, type ShapeFault } from './find-shape-faults.ts';
import { kubeconfigShape } from './kubeconfig-shape.ts';
import { parseDocument } from './parse-document.ts';
import type { YamlFaultKind, YamlPlace } from './parse-yaml.ts';

/** Hundreds of clusters with their certificates fit in. */
const maxKubeconfigBytes = 4 * 1024 * 1024;

/** A file of another kind has one in each line. */
const maxFaults = 10;

export type Entry = Readonly<Record<string, unknown>>;

export interface Kubeconfig {
  readonly currentContext: string;
  /** Names of all contexts, for whoever mistyped one. */
  readonly contextNames: readonly string[];
  find(kind: 'context' | 'cluster' | 'user', name: string): KubeconfigEntry | null;
}

export interface KubeconfigEntry {
  readonly entry: Entry;
  /** The file that it stands in. */
  readonly file: string;
}

/** @param files absolute paths. @throws SystemFailure when one cannot be read; all faults of a file at once */
export async function readKubeconfig(files: readonly string[]): Promise<Kubeconfig> {
  const parsed = await Promise.all(files.map(async (file) => ({ file, config: await parseFile(file) })));
  return {
    currentContext: parsed.map(({ config }) => entryText(config, 'current-context')).find(Boolean) ?? '',
    contextNames: parsed.flatMap(({ config }) =>
      section(config, 'context').map((one) => entryText(one, 'name')),
    ),
    find: (kind, name) => {
      for (const { file, config } of parsed) {
        const named = section(config, kind).find((one) => entryText(one, 'name') === name);
        if (named) return { entry: asEntry(named[kind]), file };
      }
      return null;
    },
  };
}

/** A path as the file means it. */
export function pathFrom({ file }: KubeconfigEntry, path: string): string {
  return resolve(dirname(file), path);
}

/** Empty when it is missing; of any other kind it would not have been read. */
export function entryText(entry: Entry, key: string): string {
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
  const parsed = await parseDocument(text);
  if (parsed.kind === 'fault')
    throw unreadable(file, [`${documentFaults[parsed.fault]}${describePath(parsed.place)}`]);
  const faults = [...kindFaults(asEntry(parsed.value)), ...findShapeFaults(parsed.value, kubeconfigShape)];
  if (faults.length > 0) throw unreadable(file, await describeFaults(faults, text));
  return asEntry(parsed.value);
}

/** As in kubectl, a file that says nothing of its kind is taken for a kubeconfig. */
function kindFaults(config: Entry): readonly ShapeFault[] {
  return [
    ['apiVersion', 'v1'],
    ['kind', 'Config'],
  ].flatMap(([key = '', wanted = '']) => {
    const value = entryText(config, key);
    return value === '' || value === wanted
      ? []
      : [{ path: [key], fault: `is "${plainLine(value)}"; a kubeconfig's is "${wanted}"` }];
  });
}

async function describeFaults(faults: readonly ShapeFault[], text: string): Promise<readonly string[]> {
  const { placeIn } = await import('./parse-yaml.ts');
  const shown = faults
    .slice(0, maxFaults)
    .map(({ path, fault }) => `${pathText(path)}${describePath(placeIn(text, path))} ${fault}`);
  return faults.length > maxFaults ? [...shown, `and ${faults.length - maxFaults} more`] : shown;
}

function pathText(path: Path): string {
  const message = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${plainLine(step)}`));
  return path.length === 0 ? 'the whole file' : `\`${message.join('').replace(/^\./, '')}\``;
}

const documentFaults: Readonly<Record<YamlFaultKind, string>> = {
  syntax: 'it is neither YAML nor JSON',
  aliases: 'its YAML aliases (`*name`) multiply to more than anybody writes, or name what is not there',
  endless: 'a YAML anchor in it (`&name`) contains itself',
  merge: 'a merge key (`<<`) in it merges what is no map',
};

function describePath(place: YamlPlace | null): string {
  return place === null ? '' : ` (line ${place.line}, column ${place.column})`;
}

/** No `cause`: a parser's words quote the file, and it holds keys. */
function unreadable(file: string, faults: readonly string[]): SystemFailure {
  return new SystemFailure('policy-invalid', {
    what: `Cannot read the kubeconfig ${file}: ${faults.join('; ')}.`,
    operator: 'correct it, or name another one in the policy (`cluster.kubeconfig`).',
  });
}

function readText(file: string): string {
  try {
    return decode(readFileToEnd(file, maxKubeconfigBytes));
  } catch (cause) {
    throw new SystemFailure(
      'policy-invalid',
      {
        what: `Cannot read the kubeconfig ${file}: ${(cause as Error).message}.`,
        operator: "set `cluster.kubeconfig` in the policy to a file that the runner's user can read.",
      },
      { cause },
    );
  }
}

/** The byte order mark, which editors of Windows write, tells the encoding and is no part of the text. */
function decode(bytes: Uint8Array): string {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (!isUtf16) return new TextDecoder().decode(bytes);
  return new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(bytes);
}
