// The Cluster of a real API server. On the way of every `run`: nothing here loads the Kubernetes client library or a YAML parser.
import type { Cluster, Connection, CredentialStore } from '../../cluster.ts';
import { openApiClient } from '../api-client.ts';
import { claimMethods } from '../claims.ts';
import { execMethod } from '../exec/exec.ts';
import { defaultLimits, type Limits } from '../limits.ts';
import { podMethods } from '../pods.ts';
import type { Environment } from '../proxy/choose-proxy.ts';
import { secretMethods } from '../secrets.ts';
import { questionMethods } from '../server-questions.ts';
import { surroundingMethods } from '../surroundings.ts';
import { watchEventsMethod } from '../watch/watch-events.ts';
import { watchPodMethod } from '../watch/watch-pod.ts';
import { keepAgent } from './agent-keeper.ts';
import { type Credentials, openIdentity } from './credentials.ts';
import { keepCredentials } from './keep-credentials.ts';

export interface ConnectOptions {
  /** The runner's: HTTPS_PROXY and NO_PROXY count, and a credential plugin gets it. Required, because who forgets it finds out only then. */
  readonly env: Environment;
  readonly limits?: Partial<Limits>;
  /** Of the attempt; absent: a credential plugin is asked by each process. */
  readonly store?: CredentialStore | undefined;
  /** Milliseconds since 1970; tells when credentials grow old. */
  readonly now?: () => number;
}

/** Nothing is read or sent before the first call. */
export function connect(
  connection: Connection,
  { env, limits = {}, store, now = Date.now }: ConnectOptions,
): Cluster {
  const all = { ...defaultLimits, ...limits };
  const identity = openIdentity(connection, {
    kubeconfig: keepCredentials({ read: (asked) => readKubeconfigCredentials(asked, env), store, now }),
    now,
    freshMilliseconds: all.credentialsMilliseconds,
  });
  const client = openApiClient(connection, {
    source: identity,
    agents: keepAgent(connection, env, all),
    limits: all,
  });
  return {
    namespace: connection.namespace,
    ...questionMethods(client),
    ...surroundingMethods(client),
    ...podMethods(client),
    ...secretMethods(client),
    ...claimMethods(client),
    watchPod: watchPodMethod(client),
    watchEvents: watchEventsMethod(client),
    exec: execMethod(client),
    close: () => client.close(),
  };
}

/** A chunk of its own: loaded only for credentials that stand inline in a kubeconfig, or come from a plugin. */
async function readKubeconfigCredentials(connection: Connection, env: Environment): Promise<Credentials> {
  const { readCredentials } = await import('../kubeconfig/kubeconfig-credentials.ts');
  return readCredentials(connection, env);
}
