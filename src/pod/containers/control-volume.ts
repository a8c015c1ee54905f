// A container's control volume: our files for that container, mounted in no other, so that no file of ours that one container
// executes can be written by another.

import { controlDirectory } from '../../layout/paths.ts';
import type { Volume, VolumeMount } from '../manifest.ts';

const mebibyte = 1024 ** 2;

/** What a spool may grow between the look that finds the log limit passed and the stop, plus scripts. */
const headroomMebibytes = 512;

/** HOME is in the volume: package managers keep caches there, the helper's git next to nothing. */
const homeMebibytes = { build: 4096, helper: 512 } as const;

export type Controlled = keyof typeof homeMebibytes;

/** `logLimit` in bytes: the spool of one sub-stage grows to about that. */
export function controlVolume(role: Controlled, logLimit: number): Volume {
  const size = Math.ceil(logLimit / mebibyte) + headroomMebibytes + homeMebibytes[role];
  return { name: controlVolumeName(role), emptyDir: { sizeLimit: `${size}Mi` } };
}

export function controlMount(role: Controlled): VolumeMount {
  return { name: controlVolumeName(role), mountPath: controlDirectory };
}

const controlVolumeName = (role: string): string => `control-${role}`;

/** Every name that a control volume has or may come to have. */
export const isControlVolume = (name: string): boolean => name.startsWith(controlVolumeName(''));
