// One client for all jobs of a connection: its TLS connections, what it read of credentials, and what it knows of the server, serve each
// of them.
import type { Cluster, Connection } from '../../src/cluster/cluster.ts';
import { connect } from '../../src/cluster/kubernetes/connection/connect.ts';
import { runnerEnvironment } from '../../src/cluster/kubernetes/connection/runner-environment.ts';
import type { StageIo } from '../../src/stage/stage-io.ts';

/** What of a runner's environment leads to another connection, where no program of the operator's reads more of it. */
const proxyNames = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'];

/** One runner has a handful; a kubeconfig that changes makes new ones. */
const maxClusters = 64;

/** A control plane is upgraded under running jobs. */
const factsMilliseconds = 10 * 60_000;

export interface KeptClusters {
  readonly connect: (connection: Connection, io: Pick<StageIo, 'env'>) => Cluster;
  readonly close: () => void;
}

export function keepClusters(): KeptClusters {
  const kept = new Map<string, Cluster>();
  return {
    connect: (connection, { env }) => {
      const key = JSON.stringify([connection, decidingEnvironment(connection, env)]);
      const cluster = kept.get(key) ?? withKeptFacts(connect(connection, { env }));
      // The one that was not used for the longest time is the first to be forgotten; whoever uses it keeps it, and its free connections
      // end by themselves.
      kept.delete(key);
      const [oldest] = kept.keys();
      if (kept.size >= maxClusters && oldest !== undefined) kept.delete(oldest);
      kept.set(key, cluster);
      // A stage closes what it opened; others use this one.
      return { ...cluster, close: () => undefined };
    },
    close: () => {
      for (const cluster of kept.values()) cluster.close();
      kept.clear();
    },
  };
}

/** A credential plugin gets all of the environment, and may make anything of it. */
function decidingEnvironment({ credentials }: Connection, env: StageIo['env']): unknown {
  return credentials.kind === 'kubeconfig' ? runnerEnvironment(env) : proxyNames.map((name) => env[name]);
}

/** The server's version: asked for once in a while. An answer that did not come is not kept. */
function withKeptFacts(cluster: Cluster): Cluster {
  let known: {
    readonly version: Awaited<ReturnType<Cluster['serverVersion']>>;
    readonly until: number;
  } | null = null;
  return {
    ...cluster,
    serverVersion: async (options) => {
      if (known !== null && performance.now() < known.until) return known.version;
      const version = await cluster.serverVersion(options);
      known = { version, until: performance.now() + factsMilliseconds };
      return version;
    },
  };
}
