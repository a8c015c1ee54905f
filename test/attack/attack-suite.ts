// What every attack shares: a cluster, and what an attacker's job is made of. `PWNED` in a log means that an attack succeeded:
// GitLab shows each command before it runs it, so a script must put the word together, and only a thing that ran can have said it.
import { mkdtempSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, type TestContext } from 'vitest';
import { type ClusterUnderTest, startClusterUnderTest, whyNoCluster } from '../cluster/cluster-under-test.ts';
import { kubectl } from '../cluster/kubectl.ts';
import type { ClusterOptions } from '../embedded-cluster/options.ts';
import type { JobResult } from '../model-runner/result.ts';
import { extractZip } from '../model-runner/stand-in/zip-reader.ts';

export interface AttackSuite {
  /** null: the suite runs. */
  readonly reason: string | null;
  readonly cluster: () => ClusterUnderTest;
}

interface Needs {
  /** What only a real cluster can show. */
  readonly real?: string;
  /** What no real cluster does on demand. */
  readonly embedded?: string;
  readonly options?: ClusterOptions;
}

const isReal = Boolean(process.env['KUBECONFIG']);

/** A reason to skip is said aloud. */
export async function attackSuite(promise: string, needs: Needs = {}): Promise<AttackSuite> {
  const reason = (await whyNoCluster()) ?? whyNotHere(needs);
  if (reason) console.warn(`SKIPPED: "${promise}" is not attacked; ${reason}`);
  let cluster: ClusterUnderTest | undefined;
  beforeAll(async () => {
    if (!reason) cluster = await startClusterUnderTest(needs.options);
  });
  afterAll(async () => cluster?.stop());
  return {
    reason,
    cluster: () => {
      if (!cluster) throw new Error('The cluster is not started yet.');
      return cluster;
    },
  };
}

/** For what only shows while a test runs. */
export function skipAloud({ task, skip }: TestContext, why: string): never {
  console.warn(`SKIPPED: "${task.name}"; ${why}`);
  return skip(why);
}

function whyNotHere({ real, embedded }: Needs): string | null {
  if (real && !isReal) return `${real}: only a real cluster can show it (KUBECONFIG=… npm run test:cluster)`;
  if (embedded && isReal) return `${embedded}: no real cluster does that on demand`;
  return null;
}

/** An evil program of that name that tells when something runs it in the helper container; in its own, a job may run what it likes. */
export function plant(path: string): string[] {
  return [
    `mkdir -p "$(dirname "${path}")"`,
    `printf '#!/bin/sh\\nif [ -d /.gitlab-pod-executor/bin ]; then echo "PW""NED by $0 in the helper" >&2; fi\\n' > "${path}"`,
    `chmod +x "${path}"`,
  ];
}

/** The files of the job's archives by name; a link by the place that it names. */
export async function artifactFiles(
  cluster: ClusterUnderTest,
  { artifacts }: JobResult,
): Promise<Record<string, string>> {
  const directory = mkdtempSync(join(cluster.directory, 'artifact-'));
  for (const { path } of artifacts) await extractZip(readFileSync(path), directory);
  return Object.fromEntries(filesBelow(directory, ''));
}

/** Reads no link as a folder, as node's own recursive reading would. */
function filesBelow(directory: string, at: string): [string, string][] {
  return readdirSync(join(directory, at), { withFileTypes: true }).flatMap((entry): [string, string][] => {
    const name = join(at, entry.name);
    const path = join(directory, name);
    if (entry.isDirectory()) return filesBelow(directory, name);
    return [[name, entry.isSymbolicLink() ? `-> ${readlinkSync(path)}` : readFileSync(path, 'utf8')]];
  });
}

/** In a job's script: `$D` is where our files for it are, `$F` the shell that follows its log, `$P` what watches over it. */
export const findOurs = [
  'D=$(cd /.gitlab-pod-executor/scripts/run-*-*/ && pwd)',
  'read -r P group <$D/pid',
  // Only what was started from outside has no parent in the container.
  'F=$(for stat in /proc/[0-9]*/stat; do read -r pid name state parent rest <$stat && [ $parent = 0 ] && [ $pid != 1 ] && echo $pid; done; true)',
];

/** What opens, reads or waits otherwise than a file does, made at the path `$f` in place of what is there. */
export const traps: Readonly<Record<string, string>> = {
  'a FIFO': 'rm -rf $f; mkfifo $f',
  'a socket': `rm -rf $f; perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0) and bind(S, sockaddr_un($ARGV[0])) or die' $f`,
  'a directory': 'rm -rf $f; mkdir $f',
  'a link to a device': 'rm -rf $f; ln -s /dev/zero $f',
  'a file without an end': 'rm -rf $f; truncate -s 1T $f',
};

/** A program of its own session that ignores what it can, and stops every process that it finds but process 1, as fast as it can. */
export const stopEverybody = `setsid perl -e '$SIG{TERM} = $SIG{HUP} = "IGNORE"; for (;;) { opendir D, "/proc"; for (readdir D) { kill "STOP", $_ if /^d+$/ and $_ != 1 and $_ != $$ } closedir D }' >/dev/null 2>&1 </dev/null &`;

export interface SeenPod {
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec: Readonly<Record<string, unknown>> & { readonly containers: readonly SeenContainer[] };
  readonly status?: { readonly podIP?: string };
}

export interface SeenContainer {
  readonly name: string;
  readonly image: string;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

/** The pods of a job that are there now. */
export function podsOf(cluster: ClusterUnderTest, job: number): readonly SeenPod[] {
  const label = `gitlab-pod-executor/job-id=${job}`;
  return (JSON.parse(kubectl(cluster, 'get', 'pods', '-l', label, '-o', 'json')) as { items: SeenPod[] })
    .items;
}

/** Far from the ids that a suite counts up, and another at each call. */
export const ownJobId = (): number => Date.now() * 1000 + Math.floor(Math.random() * 1000);
