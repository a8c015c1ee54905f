// Stages one by one on a cluster that really runs pods, and a look at what they leave in it.
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { Cluster } from '../../src/cluster/cluster.ts';
import { connect } from '../../src/cluster/kubernetes/connection/connect.ts';
import { resolveConnection } from '../../src/cluster/kubernetes/connection/resolve-connection.ts';
import {
  type ClusterUnderTest,
  isReal,
  type RunOptions,
  startClusterUnderTest,
  whyNoCluster,
  writePolicy,
} from '../cluster/cluster-under-test.ts';
import type { EmbeddedCluster } from '../embedded-cluster/options.ts';
import { type Attempt, type AttemptOptions, newAttempt } from './attempt.ts';

export interface ClusterSuite {
  /** Why the suite is skipped; said aloud. */
  readonly reason: string | null;
  readonly cluster: () => ClusterUnderTest;
  /** The one that breaks on demand. @throws on a real cluster: skip those tests by `reasonNoFaults` */
  readonly embedded: () => EmbeddedCluster;
  readonly reasonNoFaults: string | null;
  attempt(options?: ClusterAttemptOptions): Attempt;
  /** Names of the pods and secrets of that attempt's job. */
  leftovers(attempt: Pick<Attempt, 'jobId'>): Promise<readonly string[]>;
  pods(attempt: Pick<Attempt, 'jobId'>): Promise<readonly string[]>;
  /** Names of the lasting workspaces that the job holds. */
  heldClaims(attempt: Pick<Attempt, 'jobId'>): Promise<readonly string[]>;
}

type ClusterAttemptOptions = Omit<Partial<AttemptOptions>, 'policy'> & RunOptions;

/** @param promise what nobody shows when the suite is skipped */
export async function clusterSuite(promise: string): Promise<ClusterSuite> {
  const reason = await whyNoCluster();
  const reasonNoFaults = reason ?? (isReal ? 'only the embedded cluster breaks on demand' : null);
  if (reason) console.warn(`SKIPPED: "${promise}" is not shown; ${reason}`);
  let started: { readonly cluster: ClusterUnderTest; readonly look: Cluster } | undefined;
  beforeAll(async () => {
    if (reason) return;
    const cluster = await startClusterUnderTest();
    started = { cluster, look: connect(await resolveConnection({ ...cluster, env: {} }), { env: {} }) };
  });
  afterAll(async () => {
    started?.look.close();
    await started?.cluster.stop();
  });
  const running = () => {
    if (!started) throw new Error('The cluster is not started yet.');
    return started;
  };
  const selector = ({ jobId }: Pick<Attempt, 'jobId'>): string => `gitlab-pod-executor/job-id=${jobId}`;
  const pods: ClusterSuite['pods'] = async (attempt) =>
    (await running().look.listPods(selector(attempt))).map(({ metadata }) => metadata.name);
  return {
    reason,
    reasonNoFaults,
    cluster: () => running().cluster,
    embedded: () => {
      const { embedded } = running().cluster;
      if (!embedded) throw new Error('This is not the embedded cluster.');
      return embedded;
    },
    attempt: (options) => attemptOn(running().cluster, options),
    pods,
    heldClaims: async (attempt) =>
      (await running().look.listClaims(selector(attempt))).map(({ metadata }) => metadata.name),
    leftovers: async (attempt) => {
      const secrets = await running().look.listSecrets(selector(attempt));
      return [...(await pods(attempt)), ...secrets.map(({ name }) => name)];
    },
  };
}

function attemptOn(
  cluster: ClusterUnderTest,
  { job = {}, policy, kubeconfig, ...options }: ClusterAttemptOptions = {},
): Attempt {
  const directory = mkdtempSync(join(cluster.directory, 'attempt-'));
  const policyFile = writePolicy(cluster, directory, {
    ...(policy && { policy }),
    ...(kubeconfig !== undefined && { kubeconfig }),
  });
  return newAttempt({
    directory,
    policy: readFileSync(policyFile, 'utf8'),
    job: typeof job === 'string' ? job : { image: { name: cluster.buildImage }, ...job },
    ...options,
  });
}
