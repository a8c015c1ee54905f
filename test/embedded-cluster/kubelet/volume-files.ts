// The files of volumes that show objects: secrets, config maps, the downward API, and projections of them.
import type { Pod } from '../pod/pod.ts';
import type { DownwardItem, KeyPath, Volume } from '../pod/pod-schema.ts';
import type { Store } from '../store/store.ts';
import { downwardField } from './downward-field.ts';

/** The volume cannot be made (yet): FailedMount, tried again. */
export class VolumeNotReady extends Error {
  override readonly name = 'VolumeNotReady';
}

export interface VolumeFile {
  readonly path: string;
  readonly content: Buffer | string;
  readonly mode: number;
}

export interface ObjectSurroundings {
  readonly pod: Pod;
  readonly podIP: string;
  readonly store: Store;
}

const defaultFileMode = 0o644;
/** Files become readable by the volume's group, when it has one. */
const groupReadable = 0o440;

/** @throws VolumeNotReady */
export function volumeFiles(
  { secret, configMap, downwardAPI, projected }: Volume,
  surroundings: ObjectSurroundings,
): VolumeFile[] {
  const sources = [
    ...(secret ? [{ secret: { ...secret, name: secret.secretName } }] : []),
    ...(configMap ? [{ configMap }] : []),
    ...(downwardAPI ? [{ downwardAPI }] : []),
    ...(projected?.sources ?? []),
  ];
  const ofVolume = (secret ?? configMap ?? downwardAPI ?? projected)?.defaultMode ?? defaultFileMode;
  const forGroup = surroundings.pod.spec.securityContext?.fsGroup === undefined ? 0 : groupReadable;
  return sources
    .flatMap((source) => filesOf(source, surroundings))
    .map(({ mode = ofVolume, ...file }) => ({ ...file, mode: mode | forGroup }));
}

type Projection = NonNullable<NonNullable<Volume['projected']>['sources']>[number];
type FileSource = Omit<VolumeFile, 'mode'> & { readonly mode: number | undefined };

function filesOf(
  { secret, configMap, downwardAPI }: Projection,
  surroundings: ObjectSurroundings,
): FileSource[] {
  return [
    ...(secret ? keyed('secrets', secret, surroundings) : []),
    ...(configMap ? keyed('configmaps', configMap, surroundings) : []),
    ...(downwardAPI?.items ?? []).map((item) => told(item, surroundings)),
  ];
}

interface KeyedSource {
  readonly name: string;
  readonly items?: readonly KeyPath[] | undefined;
  readonly optional?: boolean | undefined;
}

function keyed(
  resource: 'secrets' | 'configmaps',
  { name, items, optional }: KeyedSource,
  { pod, store }: ObjectSurroundings,
): FileSource[] {
  const kind = resource.slice(0, -1);
  const object = store.get({ resource, namespace: pod.metadata.namespace ?? '', name });
  if (!object && optional) return [];
  if (!object) throw new VolumeNotReady(`${kind} "${name}" not found`);
  const data = (object['data'] ?? {}) as Record<string, string>;
  const wanted = items ?? Object.keys(data).map((key) => ({ key, path: key, mode: undefined }));
  return wanted.map(({ key, path, mode }) => {
    const value = data[key];
    if (value === undefined) throw new VolumeNotReady(`references non-existent ${kind} key: ${key}`);
    return { path, mode, content: resource === 'secrets' ? Buffer.from(value, 'base64') : value };
  });
}

function told({ path, fieldRef, mode }: DownwardItem, { pod, podIP }: ObjectSurroundings): FileSource {
  const field = fieldRef ? downwardField(fieldRef.fieldPath, pod, podIP) : '';
  if (field === null) throw new VolumeNotReady(`unsupported fieldPath: ${fieldRef?.fieldPath ?? ''}`);
  return { path, mode, content: field };
}
