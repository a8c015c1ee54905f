// A small Kubernetes cluster on this machine, for tests and for trying out: README.md.
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectControl } from './fault/control-client.ts';
import { imageNames } from './image/standard-images.ts';
import { launchServer } from './launch.ts';
import { namespace, nodeName } from './names.ts';
import type { ClusterOptions, EmbeddedCluster } from './options.ts';
import { probeSandbox } from './probe-sandbox.ts';
import type { Ready, ServeOptions } from './serve.ts';

export type { ClusterOptions, EmbeddedCluster } from './options.ts';

/** A pod that ignores TERM has this long when the cluster is stopped; then its processes are killed with the server. */
const stopPatienceMs = 15_000;

/** @throws Error when no sandbox works here: what to install */
export async function startEmbeddedCluster(options: ClusterOptions = {}): Promise<EmbeddedCluster> {
  const kind = options.sandbox ?? (await probeSandbox()).kind;
  const stateDir = resolve(options.stateDir ?? mkdtempSync(join(tmpdir(), 'embedded-cluster-')));
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const kubeconfigFile = resolve(options.kubeconfigFile ?? join(stateDir, 'kubeconfig'));
  const complete: ServeOptions = {
    ...options,
    stateDir,
    kubeconfigFile,
    sandbox: kind,
    standIn: options.standIn ?? defaultStandIn(stateDir),
  };
  const optionsFile = join(stateDir, 'options.json');
  writeFileSync(optionsFile, JSON.stringify(complete), { mode: 0o600 });
  const server = launchServer(kind, optionsFile);
  const exited = new Promise<void>((done) => server.once('exit', () => done()));
  const ready = await readReady(server);
  const control = connectControl({ ...ready, port: ready.controlPort, token: ready.controlToken });
  let stopping: Promise<void> | null = null;

  async function stop(keepState: boolean): Promise<void> {
    server.stdin?.end();
    const timer = setTimeout(() => server.kill('SIGKILL'), stopPatienceMs);
    await exited;
    clearTimeout(timer);
    if (keepState) return;
    rmSync(stateDir, { recursive: true, force: true });
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
    importImage: () => Promise.reject(new Error('not yet')),
    processes: () => Promise.reject(new Error('not yet')),
    stop: ({ keepState = false } = {}) => (stopping ??= stop(keepState)),
    async crash() {
      server.kill('SIGKILL');
      await exited;
    },
  };
}

/** The first line on stdout; what the server says on stderr goes through, or into the error. */
function readReady(server: ChildProcess): Promise<Ready> {
  return new Promise((done, fail) => {
    let text = '';
    let complaints = '';
    server.stderr?.on('data', (chunk: Buffer) => {
      complaints += chunk.toString();
      process.stderr.write(chunk);
    });
    server.once('error', fail);
    server.once('exit', (code) =>
      fail(new Error(`The embedded cluster did not start (exit ${code}): ${complaints}`)),
    );
    server.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const end = text.indexOf('\n');
      if (end >= 0) done(JSON.parse(text.slice(0, end)) as Ready);
    });
  });
}

function defaultStandIn(stateDir: string) {
  const script = fileURLToPath(new URL('../model-runner/stand-in/gitlab-runner', import.meta.url));
  if (existsSync(script)) return { script, node: process.execPath };
  const placeholder = join(stateDir, 'stand-in', 'gitlab-runner');
  mkdirSync(join(stateDir, 'stand-in'), { recursive: true });
  writeFileSync(placeholder, '#!/bin/sh\necho "Version: placeholder"\n', { mode: 0o755 });
  return { script: placeholder, node: process.execPath };
}
