// Places in a container on which promises rest: where programs and what they load lie, and what the kernel shows.

import { buildsDirectory, cacheDirectory, controlDirectory } from '../../layout/paths.ts';
import { isBelow, normalPath } from './template-view.ts';

/** Where programs lie, and the libraries that they load. */
const programs = [
  ...['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/busybox'],
  ...['/usr/bin', '/usr/sbin', '/usr/lib', '/usr/lib32', '/usr/lib64', '/usr/libexec'],
  ...['/usr/local/bin', '/usr/local/sbin', '/usr/local/lib', '/usr/local/lib64'],
];

/** Files that tell the loader, git or a shell what to load. */
const configuration = [
  '/etc/ld.so.preload',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/ld.so.cache',
  '/etc/gitconfig',
  '/etc/profile',
];

const kernel = ['/proc', '/sys', '/dev'];
/** A tmpfs of a pod's own, for browsers mostly. */
const sharedMemory = '/dev/shm';

/** At one of them, above, or (as a single file, say) below. */
export const touchesPrograms = (place: string): boolean =>
  [...programs, ...configuration].some((each) => isBelow(place, each) || isBelow(each, place));

/** All of what lies there is hidden. */
export const hidesPrograms = (place: string): boolean =>
  [...programs, ...configuration].some((each) => isBelow(each, place));

export const touchesKernel = (place: string): boolean =>
  place !== sharedMemory && kernel.some((each) => isBelow(place, each) || isBelow(each, place));

export const touchesControl = (place: string): boolean =>
  isBelow(place, controlDirectory) || isBelow(controlDirectory, place);

/** Where a job can write in every pod. */
const written = [buildsDirectory, cacheDirectory, '/tmp', '/var/tmp', '/dev/shm', controlDirectory];

/** Whether a value of a variable leads to a place that a job can write. */
export const leadsToJob = (value: string): boolean =>
  value
    .split(/[:;,\s=]/)
    .filter((part) => part.startsWith('/'))
    .some((part) => written.some((place) => isBelow(normalPath(part), place)));

/** Whether one of the paths in it depends on where a program stands: in the workspace, mostly. */
export const isRelative = (value: string): boolean => value.split(':').some((part) => !part.startsWith('/'));
