// The Debian package: the program with its Node, units, man page and completion. No debhelper: dpkg-deb alone makes the same bytes
// on every machine.
import {
  copyFileSync,
  cpSync,
  globSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { completionScript } from '../../cmd/command/completion-script.ts';
import { loadCommands } from '../../cmd/commands.ts';
import { sha256 } from './checksums.ts';
import { manPage } from './man-page.ts';
import { debianCopyright } from './notices.ts';
import { installPath, type MadePackage, type Packing } from './packing.ts';
import { runTool } from './run-tool.ts';
import { setModes } from './set-modes.ts';

const commands = await loadCommands();
const maintainerScripts = ['postinst', 'prerm', 'postrm'];
const policyFile = 'etc/gitlab-pod-executor/policy.yaml';
/** A service of an ordinary user's session, not of the machine. */
const userUnit = 'gitlab-pod-executor-user.service';

export function packDebian(packing: Packing): MadePackage {
  const { folder, scratch, version, node } = packing;
  const tree = join(scratch, 'deb');
  writeProgram(tree, packing);
  writeConfig(tree);
  writeTexts(tree, packing);
  writeControl(tree, packing);
  setModes(tree);
  const file = `gitlab-pod-executor_${debianVersion(version)}_${node.architecture}.deb`;
  // zstd: a seventh of gzip's time, and smaller. dpkg reads it since Debian 12 and Ubuntu 18.04.
  const words = ['dpkg-deb', '--root-owner-group', '-Zzstd', '--build', tree, join(folder, file)];
  runTool(words, { debianPackage: 'dpkg' });
  return { file, contents: [nodeContent(packing)] };
}

/** A pre-release sorts before its release: `1.0.0-rc.1` becomes `1.0.0~rc.1`. */
function debianVersion(version: string): string {
  return version.replace('-', '~');
}

export function nodeContent({ node }: Pick<Packing, 'node'>): MadePackage['contents'][number] {
  return {
    ...{
      name: 'node',
      version: node.version,
      purl: `pkg:generic/node@${node.version}?arch=${node.architecture}`,
    },
    sha256: sha256(readFileSync(node.file)),
  };
}

function writeProgram(tree: string, { program, node }: Packing): void {
  cpSync(program, join(tree, installPath), { recursive: true });
  copyFileSync(node.file, join(tree, installPath, 'node'));
  mkdirSync(join(tree, 'usr/bin'), { recursive: true });
  symlinkSync('../../opt/gitlab-pod-executor/gitlab-pod-executor', join(tree, 'usr/bin/gitlab-pod-executor'));
}

function writeConfig(tree: string): void {
  write(tree, policyFile, readFileSync('config/policy.yaml'));
  cpSync('config', join(tree, 'usr/share/gitlab-pod-executor/config'), { recursive: true });
  for (const path of globSync('config/systemd/*')) {
    const name = path.slice('config/systemd/'.length);
    const home = name === userUnit ? 'user/gitlab-pod-executor.service' : `system/${name}`;
    write(tree, `usr/lib/systemd/${home}`, readFileSync(path));
  }
}

function writeTexts(tree: string, { version, date, node }: Packing): void {
  const page = manPage({ commands, version, date: new Date(date * 1000) });
  write(tree, 'usr/share/man/man1/gitlab-pod-executor.1.gz', gzipped(page));
  const completions = {
    bash: 'bash-completion/completions/gitlab-pod-executor',
    zsh: 'zsh/vendor-completions/_gitlab-pod-executor',
    fish: 'fish/vendor_completions.d/gitlab-pod-executor.fish',
  } as const;
  for (const [shell, path] of Object.entries(completions))
    write(tree, `usr/share/${path}`, completionScript(shell as keyof typeof completions, commands));
  write(tree, 'usr/share/doc/gitlab-pod-executor/copyright', debianCopyright(node));
  write(tree, 'usr/share/doc/gitlab-pod-executor/changelog.gz', gzipped(readFileSync('CHANGELOG.md')));
  cpSync('docs', join(tree, 'usr/share/doc/gitlab-pod-executor/docs'), { recursive: true });
}

/** Without the time of its making. */
function gzipped(contents: Buffer | string): Buffer {
  return gzipSync(contents, { level: 9 });
}

function writeControl(tree: string, { version, node }: Packing): void {
  const installed = filesOf(tree);
  write(tree, 'DEBIAN/control', control({ version, node, kilobytes: kilobytesOf(tree, installed) }));
  write(tree, 'DEBIAN/conffiles', `/${policyFile}\n`);
  write(tree, 'DEBIAN/md5sums', runTool(['md5sum', ...installed], { debianPackage: 'coreutils', cwd: tree }));
  for (const name of maintainerScripts)
    write(tree, `DEBIAN/${name}`, readFileSync(`scripts/package/debian/${name}`));
}

function control({
  version,
  node,
  kilobytes,
}: Pick<Packing, 'version' | 'node'> & { readonly kilobytes: number }): string {
  return `Package: gitlab-pod-executor
Version: ${debianVersion(version)}
Architecture: ${node.architecture}
Maintainer: gitlab-pod-executor's maintainers <maintainers@gitlab-pod-executor.invalid>
Installed-Size: ${kilobytes}
Depends: ${nodeDepends}
Recommends: gitlab-runner
Section: devel
Priority: optional
Description: custom executor for GitLab Runner: one rootless Kubernetes pod a job
 Admits or rejects the images of a job by glob allow-lists, runs the job in one
 Kubernetes pod with a user namespace of its own, and streams each script over
 exec. The program brings its own Node; the policy is
 /etc/gitlab-pod-executor/policy.yaml, and gitlab-pod-executor(1) the manual.
`;
}

/** What Node's own builds are linked with (its BUILDING.md). */
const nodeDepends = 'libc6 (>= 2.28), libstdc++6 (>= 12), libgcc-s1, libatomic1';

function filesOf(tree: string): readonly string[] {
  return globSync('**/*', { cwd: tree })
    .filter((path) => lstatSync(join(tree, path)).isFile())
    .sort();
}

function kilobytesOf(tree: string, files: readonly string[]): number {
  const bytes = files.reduce((sum, path) => sum + lstatSync(join(tree, path)).size, 0);
  return Math.ceil(bytes / 1024);
}

function write(tree: string, path: string, contents: Buffer | string): void {
  const file = join(tree, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, contents);
}
