// A small Kubernetes cluster on this machine, for tests and for trying out: README.md.
import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { bundleStandIn } from '../model-runner/stand-in/bundle-stand-in.ts';
import { connectControl } from './fault/control-client.ts';
import { processesIn } from './host-processes.ts';
import { imageNames } from './image/standard-images.ts';
import { launchServer, runInNamespaces } from './launch.ts';
import { namespace, nodeName } from './names.ts';
import type { ClusterOptions, EmbeddedCluster } from './options.ts';
import { probeSandbox } from './probe-sandbox.ts';
import { removeCgroupsOf } from './sandbox/cgroup-hierarchy.ts';
import type { SandboxKind } from './sandbox/sandbox.ts';
import type { Ready, ServeOptions } from './serve.ts';
import { onUnshareMessage } from './unshare-words.ts';

export type { ClusterOptions, EmbeddedCluster } from './options.ts';

/** Pods have this long when the cluster is stopped; then their processes are killed with the server. */
const stopTimeoutMs = 15_000;
const crashPollMs = 5;
const ownerOnly = 0o700;

/** @throws Error when no sandbox works here: what to install; or when the state directory is in use */
export async function startEmbeddedCluster(options: ClusterOptions = {}): Promise<EmbeddedCluster> {
  const kind = options.sandbox ?? (await probeSandbox()).kind;
  if (options.stateDir !== undefined) return startIn(resolve(options.stateDir), kind, options);
  const stateDir = mkdtempSync(join(tmpdir(), 'embedded-cluster-'));
  try {
    return await startIn(stateDir, kind, options);
  } catch (error) {
    await removeState(kind, stateDir);
    throw error;
  }
}

async function startIn(
  stateDir: string,
  kind: SandboxKind,
  options: ClusterOptions,
): Promise<EmbeddedCluster> {
  mkdirSync(stateDir, { recursive: true, mode: ownerOnly });
  const pidFile = join(stateDir, 'server.pid');
  refuseSecondServer(pidFile, stateDir);
  const kubeconfigFile = resolve(options.kubeconfigFile ?? join(stateDir, 'kubeconfig'));
  const optionsFile = join(stateDir, 'options.json');
  const complete: ServeOptions = {
    ...options,
    stateDir,
    kubeconfigFile,
    sandbox: kind,
    standIn: options.standIn ?? defaultStandIn(stateDir),
  };
  writeFileSync(optionsFile, JSON.stringify(complete), { mode: 0o600 });
  const server = await launchServer(kind, optionsFile);
  writeFileSync(pidFile, String(server.pid));
  const exited = once(server, 'exit').then(() => undefined);
  const ready = await readReady(server);
  const control = connectControl({ ...ready, port: ready.controlPort, token: ready.controlToken });
  let stopping: Promise<void> | null = null;

  async function stop(keepState: boolean): Promise<void> {
    server.stdin?.on('error', () => undefined).end('stop\n');
    const timer = setTimeout(() => server.kill('SIGKILL'), stopTimeoutMs);
    await exited;
    clearTimeout(timer);
    rmSync(pidFile, { force: true });
    if (keepState) return;
    await removeState(kind, stateDir);
    rmSync(kubeconfigFile, { force: true });
  }
  return {
    server: `https://127.0.0.1:${ready.port}`,
    token: ready.token,
    tokenFile: join(stateDir, 'token'),
    certificateAuthorityPem: ready.certificateAuthorityPem,
    kubeconfigFile,
    namespace,
    node: nodeName,
    stateDir,
    sandbox: ready.sandbox,
    buildImage: imageNames.build,
    helperImage: imageNames.helper,
    busyboxImage: ready.hasBusybox ? imageNames.busybox : null,
    faults: control,
    importImage: (archive, name) => control.importImage({ archive: resolve(archive), name }),
    processes: async (pod, container) => processesIn(await control.processNamespace({ pod, container })),
    stop: ({ keepState = false } = {}) => {
      stopping ??= stop(keepState);
      return stopping;
    },
    hang: ({ ms }) => hangServer(server, ms),
    crash: () => killServer(server),
  };
}

/** Resolves when it is stopped. */
function hangServer(server: ChildProcess, ms: number): Promise<void> {
  const [init = ''] = childrenOf(server.pid ?? 0);
  const [node = ''] = childrenOf(Number(init));
  process.kill(Number(node), 'SIGSTOP');
  setTimeout(() => process.kill(Number(node), 'SIGCONT'), ms);
  return Promise.resolve();
}

const childrenOf = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');

/** Process 1 of the server's namespace goes last, when everything in it has gone. */
async function killServer(server: ChildProcess): Promise<void> {
  const children = childrenOf(server.pid ?? 0);
  server.kill('SIGKILL');
  while (children.some((child) => existsSync(`/proc/${child}`))) await delay(crashPollMs);
}

function refuseSecondServer(pidFile: string, stateDir: string): void {
  if (!existsSync(pidFile)) return;
  const commandLine = `/proc/${readFileSync(pidFile, 'utf8')}/cmdline`;
  if (existsSync(commandLine) && readFileSync(commandLine, 'utf8').includes(stateDir))
    throw new Error(
      `Another embedded cluster serves from ${stateDir}: stop it first, or take another directory.`,
    );
}

/** The first line on stdout. What the server says on stderr goes through; when it does not start, into the error. */
function readReady(server: ChildProcess): Promise<Ready> {
  return new Promise((done, fail) => {
    let text = '';
    let complaints = '';
    onUnshareMessage(server.stderr, (line) => {
      complaints += `${line}\n`;
      if (text !== '') process.stderr.write(`${line}\n`);
    });
    server.once('error', fail);
    server.once('close', (code) =>
      fail(new Error(`The embedded cluster did not start (exit ${code ?? 'by signal'}): ${complaints}`)),
    );
    server.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const end = text.indexOf('\n');
      if (end >= 0) done(JSON.parse(text.slice(0, end)) as Ready);
    });
  });
}

/** After a crash there are files that belong to ids of pods, which an ordinary user can only remove as their root. */
async function removeState(kind: SandboxKind, stateDir: string): Promise<void> {
  await removeCgroupsOf(stateDir);
  const left = spawnSync('rm', ['-rf', stateDir], { stdio: 'ignore' });
  if (left.status !== 0) await once(await runInNamespaces(kind, ['rm', '-rf', stateDir]), 'exit');
}

function defaultStandIn(stateDir: string): ServeOptions['standIn'] {
  return { script: bundleStandIn(join(stateDir, 'stand-in')), node: process.execPath };
}
