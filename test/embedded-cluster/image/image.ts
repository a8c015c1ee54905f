// An image as the kubelet sees it: a configuration, and a way to make a container's root from it.
import type { Mount } from '../sandbox/sandbox.ts';

export interface Image {
  /** `sha256:…`, as status.imageID has it. */
  readonly id: string;
  readonly config: ImageConfig;
  /** The tree that every container gets a copy of. */
  readonly tree: string;
  /** Ids inside of what does not belong to root, by path from the tree's root (`/home/ci`). On disk all of it is the server's. */
  readonly owners: ReadonlyMap<string, Owner>;
  /** What of the host appears in it, read-only. */
  readonly mounts: readonly Mount[];
  /** `setsid` in it: runtimes make every exec a session of its own. null: there is none, and an exec is none. */
  readonly setsid: string | null;
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface ImageConfig {
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly workingDir: string;
  /** `uid`, `uid:gid` or a name of the image's /etc/passwd; '' is root. */
  readonly user: string;
}

export const defaultPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export const plainConfig: ImageConfig = {
  env: [defaultPath],
  entrypoint: [],
  command: ['sh'],
  workingDir: '/',
  user: '',
};
