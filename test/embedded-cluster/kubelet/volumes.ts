// A pod's volumes as directories of the host, made as the kubelet makes them: owner, mode, group.
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, lchownSync, mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import type { Volume, VolumeMount } from '../pod/pod-schema.ts';
import { idsPerPod } from '../sandbox/id-ranges.ts';
import type { Mount, PodSandbox } from '../sandbox/sandbox.ts';
import { openClaim } from './claims.ts';
import { quantity } from './quantity.ts';
import { type ObjectSurroundings, VolumeNotReady, volumeFiles } from './volume-files.ts';

export interface MountedVolume {
  readonly name: string;
  readonly directory: string;
  readonly readOnly: boolean;
  /** Bytes; null: no limit, or the kernel holds it. */
  readonly sizeLimit: number | null;
  readonly sizeLimitText: string;
  readonly isMountPoint: boolean;
  /** Its files stay when the pod goes, and are none of the node's ephemeral storage. */
  readonly isLasting: boolean;
}

const openToAll = 0o777;
const setgid = 0o2000;
const sticky = 0o1000;
const permissionBits = 0o7777;

export interface VolumeSurroundings extends ObjectSurroundings {
  readonly sandbox: PodSandbox;
  /** Where the pod's volumes go. */
  readonly directory: string;
  readonly claimsDirectory: string;
}

/** @throws VolumeNotReady */
export async function mountVolume(volume: Volume, surroundings: VolumeSurroundings): Promise<MountedVolume> {
  const directory = join(surroundings.directory, volume.name);
  mkdirSync(directory, { recursive: true });
  const claim = volume.persistentVolumeClaim;
  if (claim) return openLasting(volume.name, claim, surroundings);
  if (volume.emptyDir) return makeEmptyDir(volume.name, directory, volume.emptyDir, surroundings);
  for (const { path, content, mode } of volumeFiles(volume, surroundings)) {
    const file = join(directory, normalize(join('/', path)));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
    own(file, surroundings);
  }
  own(directory, surroundings);
  chmodSync(directory, openToAll);
  const unlimited = { sizeLimit: null, sizeLimitText: '', isMountPoint: false, isLasting: false };
  return { name: volume.name, directory, readOnly: true, ...unlimited };
}

async function makeEmptyDir(
  name: string,
  directory: string,
  { medium, sizeLimit }: NonNullable<Volume['emptyDir']>,
  surroundings: VolumeSurroundings,
): Promise<MountedVolume> {
  const inMemory = medium === 'Memory';
  const limit = sizeLimit === undefined ? null : quantity(sizeLimit);
  if (inMemory) await mountTmpfs(directory, limit);
  own(directory, surroundings);
  const hasGroup = surroundings.pod.spec.securityContext?.fsGroup !== undefined;
  chmodSync(directory, openToAll | (hasGroup ? setgid : 0) | (inMemory ? sticky : 0));
  return {
    name,
    directory,
    readOnly: false,
    sizeLimit: inMemory ? null : limit,
    sizeLimitText: String(sizeLimit ?? ''),
    isMountPoint: inMemory,
    isLasting: false,
  };
}

function openLasting(
  name: string,
  { claimName, readOnly = false }: NonNullable<Volume['persistentVolumeClaim']>,
  { claimsDirectory, ...surroundings }: VolumeSurroundings,
): MountedVolume {
  const directory = openClaim(claimName, { ...surroundings, directory: claimsDirectory });
  if (directory === null) throw new VolumeNotReady(`persistentvolumeclaim "${claimName}" not found`);
  const unlimited = { sizeLimit: null, sizeLimitText: '', isMountPoint: false };
  return { name, directory, readOnly, ...unlimited, isLasting: true };
}

async function mountTmpfs(directory: string, size: number | null): Promise<void> {
  const options = ['nosuid', 'nodev', ...(size === null ? [] : [`size=${size}`])].join(',');
  await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory]);
}

export async function unmountVolume({ directory, isMountPoint }: MountedVolume): Promise<void> {
  if (isMountPoint) await promisify(execFile)('umount', ['--lazy', directory]);
}

/** A group that no user namespace holds stops the containers, not the volume. */
function own(path: string, { pod, sandbox }: VolumeSurroundings): void {
  const { fsGroup = 0 } = pod.spec.securityContext ?? {};
  sandbox.own(path, 0, fsGroup < idsPerPod ? fsGroup : 0);
}

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
    chmodSync(directory, mode & permissionBits);
  }
  const real = realpathSync(target);
  if (real !== realpathSync(volume) && !real.startsWith(`${realpathSync(volume)}/`))
    throw new Error(`subPath "${path}" leads out of its volume`);
  return real;
}
