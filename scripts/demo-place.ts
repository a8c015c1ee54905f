// Where the demo's job runs: the embedded cluster, or a real one that the caller names.
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { isIP, connect as openSocket } from 'node:net';
import { join, resolve } from 'node:path';
import type { Cluster } from '../src/cluster/cluster.ts';
import { connect } from '../src/cluster/kubernetes/connection/connect.ts';
import { resolveConnection } from '../src/cluster/kubernetes/connection/resolve-connection.ts';
import type { SandboxFacts } from '../test/embedded-cluster/options.ts';
import { startEmbeddedCluster } from '../test/embedded-cluster/start-embedded-cluster.ts';
import type { RealCluster } from './demo-options.ts';

export interface Place {
  readonly title: string;
  /** The cluster is one of our own making. */
  readonly isModel: boolean;
  readonly kubeconfig: string;
  readonly namespace: string;
  readonly buildImage: string;
  /** null: the executor's own default. */
  readonly helperImage: string | null;
  /** null: there is none for `with-service`; why not, and what to do. */
  readonly serviceImage: string | { readonly missing: string };
  /** null: `builds-an-image` can be tried. */
  readonly whyNoImageBuilds: string | null;
  /** false: what this cluster makes cannot show that it is a user namespace of its own. */
  readonly provesUserNamespace: boolean;
  readonly client: Cluster;
  /** A container's first process as the node sees it; null: the node's /proc cannot be read from here. */
  hostProcess(pod: string): Promise<{ readonly uid: number; readonly uidMap: string } | null>;
  stop(): Promise<void>;
}

/**
 * Pods reach this machine's loopback at `gitlabPort`, and nothing else.
 * @param directory for files of the nodes; whoever made it takes it away
 */
export async function startEmbeddedPlace(gitlabPort: number, directory: string): Promise<Place> {
  // As config/kubernetes/seccomp lays them on nodes.
  const seccompDirectory = join(directory, 'seccomp');
  mkdirSync(seccompDirectory);
  symlinkSync(
    resolve(import.meta.dirname, '../config/kubernetes/seccomp'),
    join(seccompDirectory, 'gitlab-pod-executor'),
  );
  const cluster = await startEmbeddedCluster({ reachable: [{ hostPort: gitlabPort }], seccompDirectory });
  const { kubeconfigFile: kubeconfig, namespace } = cluster;
  const client = connect(await resolveConnection({ kubeconfig, namespace, env: {} }), { env: {} });
  return {
    isModel: true,
    title: `embedded cluster on this machine (${cluster.sandbox.kind})`,
    kubeconfig,
    namespace,
    buildImage: cluster.buildImage,
    helperImage: cluster.helperImage,
    serviceImage: cluster.busyboxImage ?? {
      missing: 'the service needs a static busybox; on Debian: apt-get install -y busybox-static',
    },
    whyNoImageBuilds: whyNoImageBuilds(cluster.sandbox),
    provesUserNamespace: cluster.sandbox.provesUserNamespace,
    client,
    hostProcess: async (pod) => (await cluster.processes(pod, 'build'))[0] ?? null,
    async stop() {
      client.close();
      await cluster.stop();
    },
  };
}

/** The embedded cluster's image has this machine's programs, and its pods what its sandbox gives them. */
function whyNoImageBuilds({ kind, provesUserNamespace }: SandboxFacts): string | null {
  if (!provesUserNamespace)
    return `builds-an-image needs a user namespace with many ids, and ${kind} makes one with a single id; see test/embedded-cluster/README.md`;
  const hasBuildah = (process.env['PATH'] ?? '')
    .split(':')
    .some((folder) => existsSync(join(folder, 'buildah')));
  return hasBuildah
    ? null
    : 'builds-an-image needs buildah; on Debian: apt-get install -y --no-install-recommends buildah';
}

/** @throws SystemFailure when the kubeconfig does not say where the cluster is */
export async function openRealPlace(real: RealCluster): Promise<Place> {
  const kubeconfig = resolve(real.kubeconfig);
  const { namespace, buildImage, helperImage, serviceImage } = real;
  const client = connect(await resolveConnection({ kubeconfig, namespace, env: {} }), { env: {} });
  const { gitVersion } = await client.serverVersion();
  return {
    isModel: false,
    title: `Kubernetes ${gitVersion}, namespace ${namespace}`,
    kubeconfig,
    namespace,
    buildImage,
    helperImage,
    serviceImage,
    whyNoImageBuilds: null,
    provesUserNamespace: true,
    client,
    hostProcess: () => Promise.resolve(null),
    stop() {
      client.close();
      return Promise.resolve();
    },
  };
}

/** The address that packets to the API server leave from. @throws when that is loopback: pods cannot reach it */
export async function addressTowards(real: RealCluster): Promise<string> {
  if (real.listen !== null) {
    if (isIP(real.listen) !== 0) return real.listen;
    throw new Error(`--listen ${real.listen} is not an IP address.`);
  }
  const { namespace } = real;
  const { server } = await resolveConnection({ kubeconfig: resolve(real.kubeconfig), namespace, env: {} });
  const address = await localAddress(new URL(server));
  if (!address.startsWith('127.') && address !== '::1') return address;
  throw new Error(
    `The API server ${server} is on this machine; say with --listen which of its addresses pods reach.`,
  );
}

function localAddress({ hostname, port }: URL): Promise<string> {
  return new Promise((done, fail) => {
    const socket = openSocket(Number(port || 443), hostname.replace(/^\[|\]$/g, ''));
    socket.once('error', fail);
    socket.once('connect', () => {
      done(socket.localAddress ?? '127.0.0.1');
      socket.destroy();
    });
  });
}
