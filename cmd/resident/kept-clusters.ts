// One client for all jobs of a connection: its TLS connections, and what it read of credentials, serve each of them.
import type { Cluster, Connection } from '../../src/cluster/cluster.ts';
import { connect } from '../../src/cluster/kubernetes/connection/connect.ts';
import type { StageIo } from '../../src/stage/stage-io.ts';

/** What of a runner's environment leads to another connection. */
const proxyNames = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'];

/** One runner has a handful; a kubeconfig that changes makes new ones. */
const maxClusters = 64;

export interface KeptClusters {
  readonly connect: (connection: Connection, io: StageIo) => Cluster;
  readonly close: () => void;
}

export function keepClusters(): KeptClusters {
  const kept = new Map<string, Cluster>();
  const closeAll = (): void => {
    for (const cluster of kept.values()) cluster.close();
    kept.clear();
  };
  return {
    connect: (connection, { env }) => {
      const key = JSON.stringify([connection, proxyNames.map((name) => env[name])]);
      let cluster = kept.get(key);
      if (cluster === undefined) {
        // Whoever uses a forgotten one keeps it; its free connections end by themselves.
        if (kept.size >= maxClusters) kept.clear();
        cluster = connect(connection, { env });
        kept.set(key, cluster);
      }
      // A stage closes what it opened; others use this one.
      return { ...cluster, close: () => undefined };
    },
    close: closeAll,
  };
}
