// A pod's volumes as directories of the host, made as the kubelet makes them: owner, mode, group.
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, lchownSync, mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import type { DownwardItem, KeyPath, Pod, Volume, VolumeMount } from '../pod/pod.ts';
import type { Mount, PodSandbox } from '../sandbox/sandbox.ts';
import type { Store } from '../store/store.ts';
import { readField } from './process-plan.ts';
import { quantity } from './quantity.ts';

/** The volume cannot be made (yet): FailedMount, tried again. */
export class VolumeNotReady extends Error {
  override readonly name = 'VolumeNotReady';
}

export interface MountedVolume {
  readonly name: string;
  readonly directory: string;
  readonly readOnly: boolean;
  /** Bytes; null: no limit, or the kernel holds it. */
  readonly sizeLimit: number | null;
  readonly sizeLimitText: string;
  readonly isMountPoint: boolean;
}

const openToAll = 0o777;
const withGroup = 0o2777;
const defaultFileMode = 0o644;
/** Files of a secret become readable by the volume's group. */
const groupReadable = 0o440;

export interface VolumeSurroundings {
  readonly pod: Pod;
  readonly podIP: string;
  readonly store: Store;
  readonly sandbox: PodSandbox;
  /** Where the pod's volumes go. */
  readonly directory: string;
}

/** @throws VolumeNotReady */
export async function mountVolume(volume: Volume, surroundings: VolumeSurroundings): Promise<MountedVolume> {
  const directory = join(surroundings.directory, volume.name);
  mkdirSync(directory, { recursive: true });
  const mounted = { name: volume.name, directory, sizeLimit: null, sizeLimitText: '', isMountPoint: false };
  if (volume.emptyDir)
    return { ...mounted, ...(await makeEmptyDir(directory, volume.emptyDir, surroundings)), readOnly: false };
  for (const { path, content, mode } of filesOf(volume, surroundings)) {
    const file = join(directory, normalize(join('/', path)));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
    own(file, surroundings);
  }
  own(directory, surroundings);
  chmodSync(directory, openToAll);
  return { ...mounted, readOnly: true };
}

async function makeEmptyDir(
  directory: string,
  { medium, sizeLimit }: NonNullable<Volume['emptyDir']>,
  surroundings: VolumeSurroundings,
): Promise<Pick<MountedVolume, 'sizeLimit' | 'sizeLimitText' | 'isMountPoint'>> {
  const inMemory = medium === 'Memory';
  const limit = sizeLimit === undefined ? null : quantity(sizeLimit);
  if (inMemory) {
    const size = limit === null ? [] : [`size=${limit}`];
    await promisify(execFile)('mount', [
      '-t',
      'tmpfs',
      '-o',
      ['nosuid', 'nodev', ...size].join(','),
      'tmpfs',
      directory,
    ]);
  }
  const { fsGroup } = surroundings.pod.spec.securityContext ?? {};
  surroundings.sandbox.own(directory, 0, fsGroup ?? 0);
  chmodSync(directory, (fsGroup === undefined ? openToAll : withGroup) | (inMemory ? 0o1000 : 0));
  return {
    sizeLimit: inMemory ? null : limit,
    sizeLimitText: String(sizeLimit ?? ''),
    isMountPoint: inMemory,
  };
}

export async function unmountVolume({ directory, isMountPoint }: MountedVolume): Promise<void> {
  if (isMountPoint) await promisify(execFile)('umount', ['--lazy', directory]);
}

function own(path: string, { pod, sandbox }: VolumeSurroundings): void {
  sandbox.own(path, 0, pod.spec.securityContext?.fsGroup ?? 0);
}

interface VolumeFile {
  readonly path: string;
  readonly content: Buffer | string;
  readonly mode: number;
}

function filesOf(volume: Volume, surroundings: VolumeSurroundings): VolumeFile[] {
  const { secret, configMap, downwardAPI, projected } = volume;
  const fsGroup = surroundings.pod.spec.securityContext?.fsGroup;
  const mode = (own: number | undefined, ofVolume: number | undefined): number =>
    (own ?? ofVolume ?? defaultFileMode) | (fsGroup === undefined ? 0 : groupReadable);
  if (secret)
    return keyed('secrets', { ...secret, name: secret.secretName }, surroundings).map((file) => ({
      ...file,
      mode: mode(file.mode, secret.defaultMode),
    }));
  if (configMap)
    return keyed('configmaps', configMap, surroundings).map((file) => ({
      ...file,
      mode: mode(file.mode, configMap.defaultMode),
    }));
  if (downwardAPI)
    return downward(downwardAPI.items ?? [], surroundings).map((file) => ({
      ...file,
      mode: mode(file.mode, downwardAPI.defaultMode),
    }));
  return (projected?.sources ?? [])
    .flatMap((source) => [
      ...(source.secret ? keyed('secrets', source.secret, surroundings) : []),
      ...(source.configMap ? keyed('configmaps', source.configMap, surroundings) : []),
      ...(source.downwardAPI ? downward(source.downwardAPI.items ?? [], surroundings) : []),
    ])
    .map((file) => ({ ...file, mode: mode(file.mode, projected?.defaultMode) }));
}

type FileWish = Omit<VolumeFile, 'mode'> & { readonly mode: number | undefined };

function keyed(
  resource: 'secrets' | 'configmaps',
  source: {
    readonly name: string;
    readonly items?: KeyPath[] | undefined;
    readonly optional?: boolean | undefined;
  },
  { pod, store }: VolumeSurroundings,
): FileWish[] {
  const { namespace = '' } = pod.metadata;
  const object = store.get({ resource, namespace, name: source.name });
  if (!object) {
    if (source.optional) return [];
    throw new VolumeNotReady(`${resource.slice(0, -1)} "${source.name}" not found`);
  }
  const data = (object['data'] ?? {}) as Record<string, string>;
  const items: KeyPath[] = source.items ?? Object.keys(data).map((key) => ({ key, path: key }));
  return items.map(({ key, path, mode }) => {
    const value = data[key];
    if (value === undefined)
      throw new VolumeNotReady(`references non-existent ${resource.slice(0, -1)} key: ${key}`);
    return { path, mode, content: resource === 'secrets' ? Buffer.from(value, 'base64') : value };
  });
}

const downward = (items: readonly DownwardItem[], surroundings: VolumeSurroundings): FileWish[] =>
  items.map(({ path, fieldRef, mode }) => ({
    path,
    mode,
    content: fieldRef ? readField(fieldRef.fieldPath, surroundings) : '',
  }));

/**
 * Where a container sees a volume.
 * @throws Error when a subPath leads out of the volume
 */
export function mountOf(mount: VolumeMount, volume: MountedVolume): Mount {
  const source = mount.subPath ? subPath(volume.directory, mount.subPath) : volume.directory;
  return { source, destination: mount.mountPath, readOnly: volume.readOnly || mount.readOnly === true };
}

/** A missing one gets the owner and mode of the volume's root. */
function subPath(volume: string, path: string): string {
  const target = join(volume, normalize(join('/', path)));
  const { mode, uid, gid } = statSync(volume);
  const missing: string[] = [];
  for (let at = target; !existsSync(at); at = dirname(at)) missing.unshift(at);
  for (const directory of missing) {
    mkdirSync(directory);
    lchownSync(directory, uid, gid);
    chmodSync(directory, mode & 0o7777);
  }
  const real = realpathSync(target);
  if (real !== realpathSync(volume) && !real.startsWith(`${realpathSync(volume)}/`))
    throw new Error(`subPath "${path}" leads out of its volume`);
  return real;
}
