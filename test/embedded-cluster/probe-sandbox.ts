// Which sandbox works on this machine, found out by starting one; or what to install.
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInNamespaces, subordinateIds } from './launch.ts';
import type { SandboxFacts } from './options.ts';
import type { SandboxKind } from './sandbox/sandbox.ts';

const probeProgram = fileURLToPath(new URL('./sandbox/probe-process.ts', import.meta.url));

/** The best first. */
const kindsOfRoot: readonly SandboxKind[] = ['crun-root', 'bubblewrap'];
const kindsOfUser: readonly SandboxKind[] = ['crun-subuid', 'bubblewrap'];

const programs: Readonly<Record<SandboxKind, readonly string[]>> = {
  'crun-root': ['crun', 'unshare', 'nsenter'],
  'crun-subuid': ['crun', 'unshare', 'nsenter', 'newuidmap', 'newgidmap'],
  bubblewrap: ['bwrap', 'unshare', 'nsenter'],
};

/**
 * What was found here, and by whom. A trial takes a second; the rest of a test file, and the processes that a test run starts, need
 * none of their own.
 */
const foundVariable = 'EMBEDDED_CLUSTER_SANDBOX';
const foundBy = (kind: SandboxKind): string => `${kind} as ${process.getuid?.()}`;

type Found = Pick<SandboxFacts, 'kind' | 'provesUserNamespace'>;

const factsOf = (kind: SandboxKind): Found => ({ kind, provesUserNamespace: kind !== 'bubblewrap' });

/** @throws Error that says for each kind why not, and what to install */
export async function probeSandbox(): Promise<Found> {
  const known = [...kindsOfRoot, ...kindsOfUser].find((kind) => process.env[foundVariable] === foundBy(kind));
  if (known !== undefined) return factsOf(known);
  const complaints: string[] = [];
  for (const kind of process.getuid?.() === 0 ? kindsOfRoot : kindsOfUser) {
    const complaint = whyNotToTry(kind) ?? (await tryOut(kind));
    if (complaint === null) {
      process.env[foundVariable] = foundBy(kind);
      return factsOf(kind);
    }
    complaints.push(`  ${kind}: ${complaint}`);
  }
  throw new Error(
    `Cannot start the embedded cluster: no program that makes sandboxes works here.\n${complaints.join('\n')}\n${advice(complaints)}`,
  );
}

function whyNotToTry(kind: SandboxKind): string | null {
  if (process.platform !== 'linux') return `needs Linux, this is ${process.platform}`;
  const missing = programs[kind].filter((program) => !isInPath(program));
  if (missing.length > 0) return `${missing.join(', ')} not found`;
  if (kind === 'crun-subuid' && ['/etc/subuid', '/etc/subgid'].some((file) => subordinateIds(file) === null))
    return noSubordinateIds;
  return null;
}

const noSubordinateIds = 'this user has no 65,536 subordinate ids in /etc/subuid and /etc/subgid';

/** null: a container ran. */
async function tryOut(kind: SandboxKind): Promise<string | null> {
  const directory = await mkdtemp(join(tmpdir(), 'sandbox-probe-'));
  try {
    const child = await runInNamespaces(kind, [process.execPath, probeProgram, kind, directory]);
    let words = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      words += chunk.toString();
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return code === 0 ? null : words.trim() || `the trial ended with ${code ?? 'a signal'}`;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function isInPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function advice(complaints: readonly string[]): string {
  if (process.platform !== 'linux') return 'Use a Linux machine or virtual machine, or a real cluster.';
  if (complaints.some((complaint) => complaint.includes(noSubordinateIds)))
    return `Give this user such ids: sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${userInfo().username}\n(another range where that one is taken: see /etc/subuid). Or install bubblewrap, which does without.`;
  const packages = process.getuid?.() === 0 ? 'crun' : 'crun uidmap';
  return (
    `Install it: apt-get install -y ${packages} (Debian, Ubuntu) or dnf install -y crun (Fedora). ` +
    'If it is installed: inside a container these programs need --privileged; Ubuntu 24.04 and later let ordinary users make ' +
    'user namespaces only with `sysctl kernel.apparmor_restrict_unprivileged_userns=0`. Root always works there.'
  );
}
