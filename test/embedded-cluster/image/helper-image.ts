// GitLab's helper image, played by the host image with a stand-in for gitlab-runner: an executable script that runs on Node.
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { defaultPath, type Image } from './image.ts';

export interface StandIn {
  /** The script; its whole directory is visible in the image, read-only, under /opt/stand-in. */
  readonly script: string;
  /** The node program; its directory is visible under /opt/node/bin. */
  readonly node: string;
}

const standInDirectory = '/opt/stand-in';
const nodeDirectory = '/opt/node/bin';
/** First in PATH, as /usr/bin of the real image: here /usr belongs to the host and stays as it is. */
const programDirectory = '/opt/gitlab-runner/bin';

/** @param tree of a host image made for this one alone */
export function asHelperImage(host: Image, { script, node }: StandIn): Image {
  for (const path of [standInDirectory, nodeDirectory, programDirectory])
    mkdirSync(join(host.tree, path), { recursive: true });
  for (const name of ['gitlab-runner-helper', 'gitlab-runner'])
    symlinkSync(join(standInDirectory, basename(script)), join(host.tree, programDirectory, name));
  return {
    ...host,
    id: `sha256:${createHash('sha256').update('helper').digest('hex')}`,
    config: {
      ...host.config,
      env: [defaultPath.replace('PATH=', `PATH=${programDirectory}:${nodeDirectory}:`)],
    },
    mounts: [
      ...host.mounts,
      { source: dirname(script), destination: standInDirectory, readOnly: true },
      { source: dirname(node), destination: nodeDirectory, readOnly: true },
    ],
  };
}
