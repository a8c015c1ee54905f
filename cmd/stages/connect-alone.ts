// The cluster of a stage in a process of its own: what a credential plugin said is kept for the attempt's next processes.
import type { Cluster, Connection } from '../../src/cluster/cluster.ts';
import { connect } from '../../src/cluster/kubernetes/connection/connect.ts';
import { credentialStore } from '../../src/stage/credential-store.ts';
import type { StageIo } from '../../src/stage/stage-io.ts';

export function connectAlone(connection: Connection, io: StageIo): Cluster {
  return connect(connection, { env: io.env, store: credentialStore(io) });
}
