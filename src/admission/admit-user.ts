// The user that a job asks for its container: ids, inside the pod's user namespace, and among those the operator allows.
// How it stands to the security contexts is decided in src/security.
import type { Expansion } from '../job/expand-variables.ts';
import type { JobImage } from '../job/job.ts';
import { maxId } from '../layout/ids.ts';
import type { Policy } from '../policy/policy.ts';
import type { AdmittedImage } from './admitted-job.ts';
import type { RequestFinding } from './rejection.ts';

/** Two ids have 21 characters; names in images are hardly longer. */
const maxUserLength = 64;

export type AdmittedUser = { readonly user: AdmittedImage['user'] } | { readonly finding: RequestFinding };

/** `prefix`: `image` or `services[0]`, for the name of the key. A finding shows what was written: what comes of it may be a secret. */
export function admitUser(
  image: Pick<JobImage, 'kubernetesUser' | 'dockerUser'>,
  { prefix, policy, expansion }: { prefix: string; policy: Policy; expansion: Expansion },
): AdmittedUser {
  const written = image.kubernetesUser ?? image.dockerUser ?? '';
  const key = `${prefix}:${image.kubernetesUser === null ? 'docker' : 'kubernetes'}:user`;
  const refused = (reason: string): AdmittedUser => ({
    finding: { kind: 'user', key, requested: written.trim(), reason },
  });
  const requested = expansion.text(written)?.trim() ?? null;
  if (requested === '') return { user: null };
  if (requested === null || requested.length > maxUserLength) return refused(noIdsReason(''));
  const ids = readIds(requested);
  if (ids === null) return refused(noIdsReason(requested));
  const reason = idReason(ids, policy);
  return reason === null ? { user: { ...ids, key } } : refused(reason);
}

interface Ids {
  readonly uid: number;
  readonly gid: number | null;
}

/** `1000` or `1000:1001`. Leading zeros are refused: `00` once passed a check for `0` in GitLab Runner. */
function readIds(requested: string): Ids | null {
  const [, uid, gid] = /^(0|[1-9]\d{0,9})(?::(0|[1-9]\d{0,9}))?$/.exec(requested) ?? [];
  if (uid === undefined) return null;
  return { uid: Number(uid), gid: gid === undefined ? null : Number(gid) };
}

function noIdsReason(requested: string): string {
  if (/^[a-z_][-\w]*\$?(:.*)?$/i.test(requested)) {
    const example = requested.startsWith('root') ? '`0`' : '`1000` or `1000:1000`';
    return `Names of users are known only inside the image, so it must be a number: ${example}.`;
  }
  return 'It must be a user id, or a user id and a group id: `1000` or `1000:1000`.';
}

function idReason({ uid, gid }: Ids, { allowed_users, allowed_groups }: Policy): string | null {
  if (uid > maxId || (gid ?? 0) > maxId) {
    return `Ids above ${maxId} do not exist in the user namespace of a job.`;
  }
  if (allowed_users !== undefined && !allowed_users.includes(uid)) {
    return `The user id ${uid} is not allowed; ${describeAllowed(allowed_users)}.`;
  }
  if (gid !== null && allowed_groups !== undefined && !allowed_groups.includes(gid)) {
    return `The group id ${gid} is not allowed; ${describeAllowed(allowed_groups)}.`;
  }
  return null;
}

function describeAllowed(ids: readonly number[]): string {
  const maxShown = 10;
  if (ids.length === 0) return 'leave it out';
  const more = ids.length > maxShown ? ` and ${ids.length - maxShown} more` : '';
  return `allowed are ${ids.slice(0, maxShown).join(', ')}${more}`;
}
