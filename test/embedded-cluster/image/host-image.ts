// The host's own programs as an image: /usr read-only, and a small root around it that is made afresh. Nothing else of the host is
// in it: no home directories, no /root, /tmp, /var, /opt, and of /etc only what programs need to run.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mount } from '../sandbox/sandbox.ts';
import { type Image, plainConfig } from './image.ts';

/** On a host with merged /usr these are links; on others directories. */
const systemDirectories = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

const emptyDirectories = [
  'boot',
  'dev',
  'etc',
  'home',
  'media',
  'mnt',
  'opt',
  'proc',
  'run',
  'srv',
  'sys',
  'var',
  'var/cache',
  'var/lib',
  'var/log',
  'var/spool',
];
const openDirectories = ['tmp', 'var/tmp'];
const everybodySticky = 0o1777;
const rootOnly = 0o700;

/** World-readable configuration without which programs of /usr do not run, or do not find each other. Small files are copied … */
const copiedOfEtc = [
  'bash.bashrc',
  'debian_version',
  'inputrc',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'mime.types',
  'os-release',
  'profile',
  'protocols',
  'redhat-release',
  'services',
  'ssl/openssl.cnf',
  'terminfo',
];
/** … and directories with hundreds of links are mounted: copying them would take longer than all the rest of a pod's start. */
const mountedOfEtc = [
  'alternatives',
  'ssl/certs',
  'pki/tls/certs',
  'pki/ca-trust/extracted',
  'crypto-policies',
];

const passwd = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`;
const group = 'root:x:0:\ndaemon:x:1:\ntty:x:5:\nstaff:x:50:\nusers:x:100:\nnogroup:x:65534:\n';

/** Makes the tree in `directory`, which must not exist yet. */
export function createHostImage(directory: string): Image {
  for (const path of ['', 'usr', ...emptyDirectories]) mkdirSync(join(directory, path), { recursive: true });
  for (const path of openDirectories) {
    mkdirSync(join(directory, path), { recursive: true });
    chmodSync(join(directory, path), everybodySticky);
  }
  mkdirSync(join(directory, 'root'), { mode: rootOnly });
  symlinkSync('/run', join(directory, 'var/run'));
  makeEtc(join(directory, 'etc'));
  return {
    id: `sha256:${createHash('sha256').update('host').digest('hex')}`,
    config: { ...plainConfig, command: ['bash'] },
    tree: directory,
    owners: new Map(),
    setsid: '/usr/bin/setsid',
    mounts: [...hostDirectories(directory), ...hostConfiguration(directory)],
  };
}

/** Links are copied into the tree; what is a directory on the host is mounted. */
function hostDirectories(tree: string): Mount[] {
  const mounts: Mount[] = [{ source: '/usr', destination: '/usr', readOnly: true }];
  for (const name of systemDirectories) {
    const source = join('/', name);
    if (!existsSync(source)) continue;
    if (lstatSync(source).isSymbolicLink()) {
      symlinkSync(readlinkSync(source), join(tree, name));
    } else {
      mkdirSync(join(tree, name));
      mounts.push({ source, destination: source, readOnly: true });
    }
  }
  return mounts;
}

function hostConfiguration(tree: string): Mount[] {
  // /usr/lib/jvm is full of links into these.
  const ofJava = readdirSync('/etc').filter((name) => name.startsWith('java-'));
  return [...mountedOfEtc, ...ofJava]
    .map((name) => join('/etc', name))
    .filter((path) => existsSync(path))
    .map((path) => {
      mkdirSync(join(tree, path), { recursive: true });
      return { source: path, destination: path, readOnly: true };
    });
}

function makeEtc(etc: string): void {
  for (const name of copiedOfEtc) {
    const source = join('/etc', name);
    if (!existsSync(source)) continue;
    mkdirSync(dirname(join(etc, name)), { recursive: true });
    cpSync(source, join(etc, name), { recursive: true, verbatimSymlinks: true });
  }
  writeFileSync(join(etc, 'passwd'), passwd);
  writeFileSync(join(etc, 'group'), group);
  writeFileSync(join(etc, 'nsswitch.conf'), 'passwd: files\ngroup: files\nhosts: files dns\n');
}
