// The packages as people get them: made once, each installed where nothing of it was, and a job run by it.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { version } from '../../cmd/version.ts';
import { noticedPackages } from '../../scripts/third-party-notices.ts';
import {
  type ClusterUnderTest,
  startClusterUnderTest,
  whyNoCluster,
  writePolicy,
} from '../cluster/cluster-under-test.ts';
import { type HeldRoot, holdRoot, whyNoHeldRoot } from './held-root.ts';

const reason = (await whyNoCluster()) ?? (await whyNoHeldRoot());
if (reason) console.warn(`SKIPPED: packages are not installed; ${reason}`);

const home = mkdtempSync(join(tmpdir(), 'packages-'));
const folder = join(home, 'packages');
const installed = '/opt/gitlab-pod-executor/gitlab-pod-executor';
const roots: HeldRoot[] = [];

/** Packages hold a whole Node, which is read, packed and unpacked several times. */
const timeout = 300_000;

describe.skipIf(reason)('packages', { timeout }, () => {
  let cluster: ClusterUnderTest;

  beforeAll(async () => {
    execFileSync(process.execPath, ['scripts/package.ts', '--out', folder], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    cluster = await startClusterUnderTest();
  }, timeout);

  afterAll(async () => {
    for (const root of roots) root.drop();
    await cluster.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it('each package has an SBOM that names what is bundled, and a checksum', () => {
    const packages = readdirSync(folder).filter((name) => /\.(deb|tgz|tar)$/.test(name));
    expect(packages).toHaveLength(3);
    expect(execFileSync('sha256sum', ['--check', 'SHA256SUMS'], { cwd: folder, encoding: 'utf8' })).toMatch(
      /^(.+: OK\n){6}$/,
    );
    const bundled = noticedPackages(readFileSync('dist/THIRD-PARTY-NOTICES', 'utf8'));
    expect(bundled).toEqual(expect.arrayContaining([expect.stringMatching(/^pkg:npm\/ws@/)]));
    for (const name of packages) {
      const purls = sbomOf(name);
      expect(purls.filter((purl) => purl.startsWith('pkg:npm/')).sort()).toEqual([...bundled].sort());
      const node = purls.some((purl) => purl.startsWith(`pkg:generic/node@${process.versions.node}`));
      expect(node).toBe(!name.endsWith('.tgz'));
    }
    expect(sbomOf(packages.find((name) => name.endsWith('.tar')) ?? '')).toEqual(
      expect.arrayContaining([expect.stringMatching(/^pkg:deb\/debian\/busybox-static@/)]),
    );
  });

  it('another umask, time zone and folder give the same bytes', () => {
    const again = join(home, 'elsewhere', 'again');
    execFileSync(
      'sh',
      ['-c', 'umask 077 && exec "$0" scripts/package.ts --out "$1"', process.execPath, again],
      {
        env: { ...process.env, TZ: 'Asia/Tokyo', LC_ALL: 'C' },
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    const [first, second] = [folder, again].map((each) => readFileSync(join(each, 'SHA256SUMS'), 'utf8'));
    expect(second).toBe(first);
    rmSync(again, { recursive: true });
  });

  it('npm installs the tarball without a network or a build, and its program runs a job', async () => {
    const prefix = join(home, 'npm');
    const words = ['install', '--global', '--offline', '--no-audit', '--no-fund', '--prefix', prefix];
    execFileSync('npm', [...words, join(folder, `gitlab-pod-executor-${version}.tgz`)], { stdio: 'pipe' });
    const program = join(prefix, 'bin/gitlab-pod-executor');

    expect(execFileSync(program, ['--version'], { encoding: 'utf8' })).toBe(`${version}\n`);
    await runJobBy([program]);
  });

  it('dpkg installs the Debian package, doctor and a job run by it, and its removal leaves the policy alone', async () => {
    const root = await hold('/');
    const before = root.changed();
    const [deb = ''] = readdirSync(folder).filter((name) => name.endsWith('.deb'));
    // The machine's own triggers (an index of manuals) are not ours to wait for.
    expect(root.run('dpkg', '--no-triggers', '--install', join(folder, deb))).toMatchObject({ status: 0 });
    expect(root.run('gitlab-pod-executor', '--version')).toEqual({ status: 0, output: `${version}\n` });
    expect(root.run('zcat', '/usr/share/man/man1/gitlab-pod-executor.1.gz').output).toContain(
      '\n.SS print\\-pod\n',
    );
    expect(root.run('bash', '-c', completed)).toEqual({ status: 0, output: 'doctor\n' });
    // Where there is no systemd, there is no link of its making to remove.
    if (root.run('sh', '-c', 'command -v systemctl').status === 0)
      expect(root.run('systemctl', 'enable', 'gitlab-pod-executor.service').status).toBe(0);

    writeInside(root, '/etc/gitlab-pod-executor/policy.yaml', readFileSync(writePolicy(cluster, home, {})));
    const examined = root.run('gitlab-pod-executor', 'doctor');
    expect(examined.output).toMatch(/^policy +ok/m);
    expect(examined.status).toBe(0);
    await runJobBy([...root.call, installed], '/etc/gitlab-pod-executor/policy.yaml');

    expect(root.run('dpkg', '--no-triggers', '--remove', 'gitlab-pod-executor').status).toBe(0);
    expect(root.changed().filter((path) => !before.includes(path) && !ofDpkg.test(path))).toEqual([
      '/etc/gitlab-pod-executor/policy.yaml',
    ]);
  });

  it('the image runs by itself, and its copy runs a job beside another C library', async () => {
    const image = unpackImage();
    const inImage = await hold(image);
    expect(inImage.run(installed, '--version')).toEqual({ status: 0, output: `${version}\n` });

    // The runner's container: no C library at all, and a shell that is not linked with one.
    const runner = join(home, 'runner');
    mkdirSync(join(runner, 'bin'), { recursive: true });
    cpSync('/bin/busybox', join(runner, 'bin/busybox'));
    for (const name of ['sh', 'readlink', 'rm', 'cp']) symlinkSync('busybox', join(runner, 'bin', name));
    mkdirSync(join(runner, 'opt/gitlab-pod-executor'), { recursive: true });
    const copied = copyAsInitContainer(inImage);
    cpSync(copied, join(runner, 'opt/gitlab-pod-executor'), { recursive: true });
    const inRunner = await hold(runner);
    await runJobBy([...inRunner.call, installed]);
  });

  it('a disk that gets full leaves the packages of before, and nothing half-written', () => {
    const script = `
mount -t tmpfs -o size=3m none "$1" && mkdir "$1/packages" && echo before >"$1/packages/SHA256SUMS"
"$2" scripts/package.ts --only oci --out "$1/packages"
echo "exit code $?"
ls -A "$1" "$1/packages" && cat "$1/packages/SHA256SUMS"`;
    const full = join(home, 'full');
    mkdirSync(full);
    const { stdout, stderr } = spawnSync(
      'unshare',
      ['--mount', 'sh', '-c', script, 'sh', full, process.execPath],
      {
        encoding: 'utf8',
      },
    );
    expect(stderr).toMatch(/^Cannot make packages: .*(ENOSPC|[Nn]o space left)/);
    expect(stdout).toBe(`exit code 2\n${full}:\npackages\n\n${full}/packages:\nSHA256SUMS\nbefore\n`);
  });

  async function hold(lower: string): Promise<HeldRoot> {
    const root = await holdRoot(lower);
    roots.push(root);
    return root;
  }

  async function runJobBy(program: readonly string[], policy?: string): Promise<void> {
    const env = {
      // No resident of another build or root answers for it.
      GITLAB_POD_EXECUTOR_RESIDENT: join(home, 'no-resident'),
      ...(policy !== undefined && { GITLAB_POD_EXECUTOR_POLICY: policy }),
    };
    const { state, readableTrace } = await cluster.run({ script: ['echo "uid $(id -u)"'] }, { program, env });
    expect(readableTrace).toContain(`uid 1000`);
    expect(state).toBe('success');
    expect(cluster.leftovers()).toBe('');
  }
});

/** What dpkg writes about every package, and what `systemctl` and `man` keep for themselves. */
const ofDpkg = /^\/var\/(lib\/dpkg|log|cache)\//;

const completed = `
. /usr/share/bash-completion/completions/gitlab-pod-executor
COMP_WORDS=(gitlab-pod-executor doc) COMP_CWORD=1
_gitlab_pod_executor && echo "\${COMPREPLY[@]}"`;

function writeInside(root: HeldRoot, path: string, contents: Buffer): void {
  const [program = '', ...words] = root.call;
  execFileSync(program, [...words, 'tee', path], { input: contents, stdio: ['pipe', 'ignore', 'inherit'] });
}

interface Sbom {
  readonly components: readonly { readonly purl: string }[];
}

function sbomOf(name: string): readonly string[] {
  const { components } = JSON.parse(readFileSync(join(folder, `${name}.cdx.json`), 'utf8')) as Sbom;
  return components.map(({ purl }) => purl);
}

interface Described {
  readonly digest: string;
}

/** By the layout alone, as a runtime does it. */
function unpackImage(): string {
  const [layout, root] = [join(home, 'layout'), join(home, 'image')];
  for (const each of [layout, root]) mkdirSync(each);
  const [tar = ''] = readdirSync(folder).filter((name) => name.endsWith('.tar'));
  execFileSync('tar', ['--extract', '--file', join(folder, tar), '--directory', layout]);
  const blob = (digest: string): Buffer => readFileSync(join(layout, 'blobs', digest.replace(':', '/')));
  const json = (bytes: Buffer): unknown => JSON.parse(bytes.toString('utf8'));
  const index = json(readFileSync(join(layout, 'index.json'))) as {
    readonly manifests: readonly Described[];
  };
  const manifest = json(blob(index.manifests[0]?.digest ?? '')) as { readonly layers: readonly Described[] };
  for (const { digest } of manifest.layers)
    execFileSync('tar', ['--extract', '--directory', root], { input: zstdDecompressSync(blob(digest)) });
  return root;
}

/** The init container's own command, on a volume of its own. @returns the volume */
function copyAsInitContainer(root: HeldRoot): string {
  const patch = parse(readFileSync('config/container/init-container.yaml', 'utf8')) as {
    spec: {
      template: { spec: { initContainers: { command: string[]; volumeMounts: { mountPath: string }[] }[] } };
    };
  };
  const [container] = patch.spec.template.spec.initContainers;
  const volume = mkdtempSync(join(home, 'volume-'));
  root.run('sh', '-c', `ln -s ${volume} ${container?.volumeMounts[0]?.mountPath}`);
  const { status, output } = root.run(...(container?.command ?? []));
  expect({ status, output }).toEqual({ status: 0, output: '' });
  expect(existsSync(join(volume, 'gitlab-pod-executor'))).toBe(true);
  return volume;
}
