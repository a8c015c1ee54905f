// An image as the kubelet sees it: a configuration, and a way to make a container's root from it.
import type { Mount } from '../sandbox/sandbox.ts';

export interface Image {
  /** `sha256:…`, as status.imageID has it. */
  readonly id: string;
  readonly config: ImageConfig;
  /** The tree that every container gets a copy of, with the ids that the files have inside. */
  readonly tree: string;
  /** Host directories that appear in it, read-only. */
  readonly mounts: readonly Mount[];
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
