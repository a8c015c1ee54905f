// The user that an image names, and where users live, from the image's own /etc/passwd.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from '../image/image.ts';

export interface ImageUser {
  readonly uid: number;
  readonly gid: number;
  /** By name: the kubelet cannot tell before the start whether that is root. */
  readonly isNamed: boolean;
}

/** Root when the image names nobody, or nobody whom it knows. */
export function imageUser(image: Image): ImageUser {
  const [user = '', group = ''] = image.config.user.split(':');
  const isNamed = user !== '' && !/^\d+$/.test(user);
  const entry = accounts(image, 'passwd').find(([name, , id]) => (isNamed ? name : id) === user);
  const groupEntry = accounts(image, 'group').find(([name]) => name === group);
  return {
    uid: isNamed ? Number(entry?.[2] ?? 0) : Number(user),
    gid: group === '' ? Number(entry?.[3] ?? 0) : Number(groupEntry?.[2] ?? group),
    isNamed,
  };
}

/** As the runtime sets HOME: from passwd, else the root directory. */
export const homeOf = (image: Image, uid: number): string =>
  accounts(image, 'passwd').find(([, , id]) => id === String(uid))?.[5] ?? '/';

function accounts({ tree }: Image, file: 'passwd' | 'group'): string[][] {
  try {
    const text = readFileSync(join(tree, 'etc', file), 'utf8');
    return text.split('\n').map((line) => line.split(':'));
  } catch {
    // An image need not have one.
    return [];
  }
}
