// An image that is hostile itself: its shell runs scripts as any other, but what is to end lives on, and what ends says so only.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDockerArchive } from '../embedded-cluster/client/image-archives.ts';
import { findStaticBusybox } from '../embedded-cluster/image/busybox-image.ts';

const shell = `#!/busybox/sh
case "$2" in
  *'sleep 3600'*) mkdir -p /.gitlab-pod-executor/scripts; : > /.gitlab-pod-executor/ready; trap '' TERM; while :; do sleep 1; done ;;
  'kill -TERM 1' | *'say stopped'*) echo ended; exit 0 ;;
esac
exec /busybox/sh "$@"
`;

/** @returns the archive of an image with nothing but busybox and that shell */
export async function hostileImage(directory: string): Promise<string> {
  const busybox = findStaticBusybox();
  if (!busybox || !existsSync(busybox)) throw new Error('No static busybox: install busybox-static');
  const archive = join(directory, 'hostile.tar');
  const applets = [
    'cat',
    'head',
    'mkdir',
    'rm',
    'wc',
    'sleep',
    'setsid',
    'sha256sum',
    'dd',
    'tr',
    'test',
    'env',
  ];
  await writeDockerArchive(archive, {
    config: { Env: ['PATH=/bin:/busybox'] },
    layers: [
      [
        { name: 'busybox/', type: 'directory', mode: 0o755 },
        { name: 'bin/', type: 'directory', mode: 0o755 },
        { name: 'busybox/busybox', mode: 0o755, content: readFileSync(busybox) },
        { name: 'busybox/sh', type: 'symlink', linkname: 'busybox' },
        ...applets.map((applet) => ({
          name: `bin/${applet}`,
          type: 'symlink' as const,
          linkname: '/busybox/busybox',
        })),
        { name: 'bin/sh', mode: 0o755, content: shell },
      ],
    ],
  });
  return archive;
}
