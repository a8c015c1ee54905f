// /etc/passwd and /etc/group with a name for the job's user: ssh, whoami, Java and others look the user up and give up without an
// entry, or read another home than $HOME. The texts are annotations of the pod, shown as files by the downward API: no init
// container, no further object, and `restricted` admits it. Why so: docs/decisions/0012-a-user-with-a-name.md

import { buildContainer, type helperContainer } from '../../layout/container-names.ts';
import { homeDirectory } from '../../layout/paths.ts';
import type { SecurityFields } from '../../policy/policy.ts';
import { ownPrefix } from '../labels.ts';
import type { Volume, VolumeMount } from '../manifest.ts';
import type { PodParts } from '../pod-parts.ts';
import { isBelow, viewTemplate } from '../template/template-view.ts';
import { usualGroups, usualUsers } from './usual-accounts.ts';

/** What a job is called that is not root. */
const jobName = 'job';
const rootName = 'root';

const volumeName = 'user-database';

const files = ['passwd', 'group'] as const;
type File = (typeof files)[number];

const annotationOf = (file: File): string => `${ownPrefix}${file}`;
const placeOf = (file: File): string => `/etc/${file}`;

/** For everybody to read, as an image's own. */
const mode = 0o444;

export const userDatabaseVolume: Volume = {
  name: volumeName,
  downwardAPI: {
    defaultMode: mode,
    items: files.map((file) => ({
      path: file,
      fieldRef: { fieldPath: `metadata.annotations['${annotationOf(file)}']` },
    })),
  },
};

/** Whether a volume has the name of this one. */
export const isUserDatabase = (name: string): boolean => name === volumeName;

/** Nothing in them is the job's but the two numbers. */
export function userDatabaseAnnotations({ contextOf }: Pick<PodParts, 'contextOf'>): Record<string, string> {
  const { uid, gid } = idsOf(contextOf(buildContainer));
  return { [annotationOf('passwd')]: passwd(uid, gid), [annotationOf('group')]: group(gid) };
}

/**
 * The helper always has them: nothing of its image depends on others. In build they hide the image's own, which knows root, and whose
 * files useradd could not replace: so not for root, and not where the operator says so. Where a template mounts something at such a
 * place, or above, that is what lies there.
 */
export function userDatabaseMounts(
  container: typeof buildContainer | typeof helperContainer,
  { policy, contextOf }: Pick<PodParts, 'policy' | 'contextOf'>,
): VolumeMount[] {
  const isLeftAlone = policy.user_database === 'image' || isRoot(contextOf(container));
  if (container === buildContainer && isLeftAlone) return [];
  const taken = viewTemplate(policy.pod_template ?? {})
    .containers.filter(({ name }) => name === container)
    .flatMap(({ mounts }) => mounts.map(({ place }) => place));
  return files
    .filter((file) => !taken.some((place) => isBelow(placeOf(file), place)))
    .map((file) => ({ name: volumeName, mountPath: placeOf(file), subPath: file, readOnly: true }));
}

export const isRoot = (context: SecurityFields): boolean => context['runAsUser'] === 0;

function idsOf(context: SecurityFields): { uid: number; gid: number } {
  const uid = Number(context['runAsUser'] ?? 0);
  return { uid, gid: Number(context['runAsGroup'] ?? uid) };
}

/** Of a user or a group. */
const nameOf = (id: number): string => (id === 0 ? rootName : jobName);

/** The job's line comes first: of two names for one id, the first counts. */
function passwd(uid: number, gid: number): string {
  const others = usualUsers
    .filter(({ name }) => name !== nameOf(uid))
    .map(({ name, uid, gid, home }) => line(name, 'x', uid, gid, name, home, shellOf(name)));
  return [line(nameOf(uid), 'x', uid, gid, nameOf(uid), homeDirectory, shell), ...others].join('');
}

function group(gid: number): string {
  const name = nameOf(gid);
  const others = usualGroups.filter((each) => each.name !== name);
  return [{ name, gid }, ...others].map((each) => line(each.name, 'x', each.gid, '')).join('');
}

/** The one that every image has that can run a job. */
const shell = '/bin/sh';

const shellOf = (name: string): string => (name === rootName ? shell : '/sbin/nologin');

const line = (...fields: readonly (string | number)[]): string => `${fields.join(':')}\n`;
