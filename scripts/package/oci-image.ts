// An OCI image from nothing: Node with the libraries that it needs, a static busybox, the program. It runs by itself (sweep in a
// CronJob), and an init container copies its /opt/gitlab-pod-executor into a runner's pod, whatever libc that one has.
import { chmodSync, copyFileSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256 } from './checksums.ts';
import { nodeContent } from './debian-package.ts';
import { type DebianOrigin, debianOrigin, type SystemFile, sharedLibraries } from './node-parts.ts';
import { imageNotice } from './notices.ts';
import { installPath, type MadePackage, type Packing } from './packing.ts';
import { runTool } from './run-tool.ts';
import { setModes } from './set-modes.ts';
import { type Layer, makeLayer, reproducible } from './tar-layer.ts';

/** What the launcher, serve-beside.sh and an init container call. */
const applets =
  'cat chmod chown cp cut date dd dirname env grep id kill ln ls mkdir mkfifo mv ps readlink rm sed setsid sh sleep sort stat tail test timeout touch tr true uname wc'.split(
    ' ',
  );
const busybox = '/bin/busybox';
const loader = /^ld-/;
/** An image says who it runs as by a number: Kubernetes checks runAsNonRoot against it. */
const user = '65532:65532';

const mediaTypes = {
  layer: 'application/vnd.oci.image.layer.v1.tar+zstd',
  config: 'application/vnd.oci.image.config.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
} as const;

export function packImage(packing: Packing): MadePackage {
  const { folder, scratch, version, date, node } = packing;
  const libraries = sharedLibraries(node.file);
  const origins = originsOf([busybox, ...libraries.map(({ file }) => file)]);
  const trees = [systemTree(packing, { libraries, origins }), programTree(packing)];
  const layers = trees.map((tree) => makeLayer(tree, packing));
  const layout = join(scratch, 'layout');
  writeLayout(layout, layers, packing);
  setModes(layout);
  const file = `gitlab-pod-executor-${version}-oci-${node.architecture}.tar`;
  const words = [
    'tar',
    '--create',
    '--file',
    join(folder, file),
    ...reproducible(date),
    '--directory',
    layout,
  ];
  runTool([...words, 'blobs', 'index.json', 'oci-layout'], { debianPackage: 'tar' });
  const purlOf = ({ name, version: of }: DebianOrigin) =>
    `pkg:deb/debian/${name}@${encodeURIComponent(of)}?arch=${node.architecture}`;
  return {
    file,
    contents: [nodeContent(packing), ...origins.map((origin) => ({ ...origin, purl: purlOf(origin) }))],
  };
}

interface SystemParts {
  readonly libraries: readonly SystemFile[];
  readonly origins: readonly DebianOrigin[];
}

/** What seldom changes: nodes keep this layer from release to release. */
function systemTree({ scratch, node }: Packing, { libraries, origins }: SystemParts): string {
  const tree = join(scratch, 'system');
  const home = join(tree, installPath);
  put(join(tree, 'bin/busybox'), busybox);
  for (const applet of applets) symlinkSync('busybox', join(tree, 'bin', applet));
  put(join(home, 'glibc/node'), node.file);
  for (const { name, file } of libraries) put(join(home, 'glibc', loader.test(name) ? 'ld.so' : name), file);
  put(join(home, 'node'), 'config/container/node-with-its-libc.sh');
  for (const { name } of origins) put(join(home, 'LICENSES', name), `/usr/share/doc/${name}/copyright`);
  writeFileSync(join(home, 'NOTICE'), imageNotice(node, origins));
  writeUsers(tree);
  setModes(tree);
  chmodSync(join(tree, 'tmp'), 0o1777);
  return tree;
}

/** Names for the uids; and a /tmp, where Node looks for a place for nothing in particular. */
function writeUsers(tree: string): void {
  mkdirSync(join(tree, 'etc'));
  writeFileSync(join(tree, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\nexecutor:x:65532:65532::/:/bin/sh\n');
  writeFileSync(join(tree, 'etc/group'), 'root:x:0:\nexecutor:x:65532:\n');
  mkdirSync(join(tree, 'tmp'));
}

function programTree({ scratch, program }: Packing): string {
  const tree = join(scratch, 'image-program');
  const home = join(tree, installPath);
  cpSync(program, home, { recursive: true });
  put(join(home, 'serve-beside.sh'), 'config/container/serve-beside.sh');
  setModes(tree);
  return tree;
}

/** https://github.com/opencontainers/image-spec/blob/main/image-layout.md */
function writeLayout(layout: string, layers: readonly Layer[], packing: Packing): void {
  mkdirSync(join(layout, 'blobs/sha256'), { recursive: true });
  const blob = (bytes: Buffer, mediaType: string) => {
    const digest = sha256(bytes);
    writeFileSync(join(layout, 'blobs/sha256', digest), bytes);
    return { mediaType, digest: `sha256:${digest}`, size: bytes.length };
  };
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const config = blob(json(imageConfig(layers, packing)), mediaTypes.config);
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config,
    layers: layers.map(({ bytes }) => blob(bytes, mediaTypes.layer)),
  };
  const reference = {
    ...blob(json(manifest), mediaTypes.manifest),
    platform: { architecture: packing.node.architecture, os: 'linux' },
    annotations: { 'org.opencontainers.image.ref.name': packing.version },
  };
  const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [reference] };
  writeFileSync(join(layout, 'index.json'), json(index));
  writeFileSync(join(layout, 'oci-layout'), json({ imageLayoutVersion: '1.0.0' }));
}

function imageConfig(layers: readonly Layer[], { version, date, node }: Packing) {
  const created = new Date(date * 1000).toISOString();
  return {
    created,
    ...{ architecture: node.architecture, os: 'linux' },
    config: {
      User: user,
      Env: [`PATH=/${installPath}:/bin`],
      Entrypoint: [`/${installPath}/gitlab-pod-executor`],
      Cmd: ['--help'],
      Labels: {
        'org.opencontainers.image.title': 'gitlab-pod-executor',
        'org.opencontainers.image.version': version,
        'org.opencontainers.image.licenses': 'Apache-2.0',
      },
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => `sha256:${diffId}`) },
    history: ['Node, its libraries, busybox', `gitlab-pod-executor ${version}`].map((comment) => ({
      created,
      comment,
    })),
  };
}

function originsOf(files: readonly string[]): readonly DebianOrigin[] {
  const found = new Map(files.map((file) => [debianOrigin(file).name, debianOrigin(file)]));
  return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function put(target: string, source: string): void {
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, target);
}
