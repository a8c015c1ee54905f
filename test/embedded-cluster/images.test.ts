// Images: what is in them, and archives from anywhere.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, describe as withoutSandbox } from 'vitest';
import { type Entry, writeDockerArchive, writeOciArchive } from './client/image-archives.ts';
import { finishedPod, logOf } from './client/pods.ts';
import { describeWithSandbox } from './client/sandboxed.ts';
import { findStaticBusybox } from './image/busybox-image.ts';
import { plainConfig } from './image/image.ts';
import { fullImageName } from './image/image-name.ts';
import type { ImageVariant } from './image/image-variant.ts';
import { importImage } from './image/import-image.ts';
import { type EmbeddedCluster, startEmbeddedCluster } from './start-embedded-cluster.ts';

const describe = await describeWithSandbox();
const busybox = findStaticBusybox();
if (busybox === null) console.warn('SKIPPED: no static busybox here: apt-get install -y busybox-static');

const scratch = mkdtempSync(join(tmpdir(), 'image-archives-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let archives = 0;
const newArchive = (): string => join(scratch, `archive-${++archives}.tar`);
const directory = (name: string): Entry => ({ name, type: 'directory', mode: 0o755 });

const goVariant: ImageVariant = {
  config: { env: [...plainConfig.env, 'GOPATH=/go'] },
  accounts: ['gopher:x:1000:1000::/home/gopher:/bin/sh'],
  directories: { '/go': { mode: '1777', owner: { uid: 1000, gid: 1000 } } },
  files: { '/opt/tool': '#!/bin/sh\necho the tool\n' },
  links: { '/usr/local/bin/tool': '/opt/tool' },
  ofUsrLocal: [],
};

withoutSandbox('an imported image', () => {
  const importLayers = async (...layers: readonly (readonly Entry[])[]) => {
    const archive = newArchive();
    await writeDockerArchive(archive, { layers });
    return importImage(archive, mkdtempSync(join(scratch, 'images-')));
  };

  it('an image has its layers one over the other, without what a whiteout takes away', async () => {
    const { tree } = await importLayers(
      [
        directory('etc'),
        { name: 'etc/keep', content: 'lower' },
        { name: 'etc/gone', content: 'x' },
        directory('opaque'),
        { name: 'opaque/old', content: 'x' },
        { name: 'bin', type: 'symlink', linkname: 'usr/bin' },
        directory('usr/bin'),
      ],
      [
        { name: 'etc/keep', content: 'upper' },
        { name: 'etc/.wh.gone' },
        { name: 'opaque/.wh..wh..opq' },
        { name: 'opaque/new', content: 'x' },
        { name: 'bin/tool', content: 'tool' },
      ],
    );

    expect(readFileSync(join(tree, 'etc/keep'), 'utf8')).toBe('upper');
    expect(existsSync(join(tree, 'etc/gone'))).toBe(false);
    expect(existsSync(join(tree, 'opaque/old'))).toBe(false);
    expect(existsSync(join(tree, 'opaque/new'))).toBe(true);
    expect(readFileSync(join(tree, 'usr/bin/tool'), 'utf8')).toBe('tool');
  });

  it('an image remembers who owns what inside, and its configuration', async () => {
    const archive = newArchive();
    await writeOciArchive(archive, {
      config: { Env: ['A=b'], Entrypoint: ['/entry'], Cmd: ['arg'], WorkingDir: '/srv', User: '1000' },
      layers: [[{ name: 'home', type: 'directory', uid: 1000, gid: 100 }]],
    });
    const image = await importImage(archive, mkdtempSync(join(scratch, 'images-')));

    expect(image.owners.get('/home')).toEqual({ uid: 1000, gid: 100 });
    expect(image.config).toEqual({
      env: ['A=b'],
      entrypoint: ['/entry'],
      command: ['arg'],
      workingDir: '/srv',
      user: '1000',
    });
  });

  it.each([
    ['a name that climbs', [{ name: '../../escaped', content: 'x' }]],
    [
      'a link out, and a file through it',
      [
        { name: 'out', type: 'symlink', linkname: '/' } as const,
        { name: `out${scratch}/escaped`, content: 'x' },
      ],
    ],
    [
      'a relative link out',
      [
        { name: 'out', type: 'symlink', linkname: '../../../../../../../..' } as const,
        { name: `out${scratch}/escaped`, content: 'x' },
      ],
    ],
    [
      'a hard link to a file of the host',
      [{ name: 'passwd', type: 'link', linkname: '/etc/passwd' } as const],
    ],
  ])('unpacking an image never touches the host: %s', async (_how, layer: readonly Entry[]) => {
    await importLayers(layer).catch(() => undefined);

    expect(existsSync(join(scratch, 'escaped'))).toBe(false);
    expect(existsSync(join(tmpdir(), 'escaped'))).toBe(false);
  });

  it.each([
    ['a hostile name', [{ name: 'a/../../b', content: 'x' }], /hostile name "a\/\.\.\/\.\.\/b"/],
    ['ids that no pod has', [{ name: 'a', content: 'x', uid: 65_536 }], /belongs to 65536:0/],
  ])('an image is refused for %s', async (_what, layer: readonly Entry[], words) => {
    await expect(importLayers(layer)).rejects.toThrow(words);
  });

  it('an image is refused when the file is something else', async () => {
    await expect(importImage(import.meta.filename, scratch)).rejects.toThrow();
    const archive = newArchive();
    await writeDockerArchive(archive, { layers: [] });
    await expect(importImage(archive, scratch)).resolves.toMatchObject({ owners: new Map() });
  });
});

withoutSandbox('an image name', () => {
  it.each([
    ['debian', 'docker.io/library/debian:latest'],
    ['debian:12', 'docker.io/library/debian:12'],
    ['user/app', 'docker.io/user/app:latest'],
    ['localhost/app:1', 'localhost/app:1'],
    ['registry.example.org:5000/a/b:c', 'registry.example.org:5000/a/b:c'],
    [`a@sha256:${'0'.repeat(64)}`, `docker.io/library/a@sha256:${'0'.repeat(64)}`],
    [`a:1@sha256:${'0'.repeat(64)}`, `docker.io/library/a@sha256:${'0'.repeat(64)}`],
  ])('the image name %s is %s in full', (text, full) => {
    expect(fullImageName(text)).toEqual({ kind: 'name', name: full });
  });

  it.each(['', 'A', 'a:b:c', 'a b', 'registry.example.org/UPPER', 'a//b', 'a:'])(
    '%j is no image name',
    (text) => {
      expect(fullImageName(text).kind).toBe('invalid');
    },
  );
});

describe('images in pods', () => {
  let cluster: EmbeddedCluster;
  beforeAll(async () => {
    cluster = await startEmbeddedCluster({
      aliases: { 'debian:12': 'build' },
      imageVariants: { 'golang:1': goVariant },
    });
  });
  afterAll(() => cluster.stop());

  const output = async (name: string, image: string, command?: readonly string[]): Promise<string> => {
    await finishedPod(cluster, name, {
      containers: [{ name: 'main', image, ...(command ? { command: [...command] } : { command: [] }) }],
    });
    return (await logOf(cluster, name)).trim();
  };

  it('the build image has bash and git, also under the names that were given to it', async () => {
    expect(
      await output('alias', 'docker.io/library/debian:12', ['bash', '-c', 'git --version | cut -d" " -f1']),
    ).toBe('git');
  });

  it('a variant is the build image with its own environment, users, places and an own /usr/local', async () => {
    const words =
      'tool; echo $GOPATH; stat -c "%a %u" /go; ls /usr/local; id -un; git --version | cut -d" " -f1';

    expect(await output('variant', 'golang:1', ['sh', '-c', words])).toBe(
      'the tool\n/go\n1777 1000\nbin\ngopher\ngit',
    );
  });

  it('the helper image has gitlab-runner', async () => {
    expect(
      await output('helper', cluster.helperImage, [
        'sh',
        '-c',
        'gitlab-runner --version && gitlab-runner-helper --version',
      ]),
    ).toMatch(/Version:/);
  });

  it.skipIf(busybox === null)('the busybox image has ash and no bash', async () => {
    const script = 'command -v bash || echo no bash; busybox | head -1';

    expect(await output('box', cluster.busyboxImage ?? '', ['sh', '-c', script])).toMatch(
      /^no bash\nBusyBox v/,
    );
  });

  it.skipIf(busybox === null)(
    'an imported image runs as it says: entrypoint, user, directory, environment, owners',
    async () => {
      const archive = newArchive();
      await writeDockerArchive(archive, {
        config: {
          Env: ['PATH=/bin', 'WORD=hello'],
          Entrypoint: ['sh', '-c'],
          Cmd: ['pwd; echo $WORD; id -u; stat -c %u /home'],
          WorkingDir: '/srv',
          User: '1000',
        },
        layers: [
          [
            directory('bin'),
            { name: 'bin/busybox', content: readFileSync(busybox ?? ''), mode: 0o755 },
            ...['sh', 'id', 'stat'].map((name) => ({
              name: `bin/${name}`,
              type: 'symlink' as const,
              linkname: 'busybox',
            })),
            { ...directory('home'), uid: 1000, gid: 1000 },
          ],
        ],
      });
      await cluster.importImage(archive, 'registry.example.org/imported:1');

      expect(await output('imported', 'registry.example.org/imported:1')).toBe('/srv\nhello\n1000\n1000');
    },
  );

  it('a broken archive is refused with the reason', async () => {
    await expect(cluster.importImage('/no/such', 'a')).rejects.toThrow(/no such file/i);
  });
});
