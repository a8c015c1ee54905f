// What every attack shares: a cluster, and a job of an attacker's in it. `PWNED` is what an attack prints, or leaves, when it succeeds.
import { afterAll, beforeAll } from 'vitest';
import { type ClusterUnderTest, startClusterUnderTest, whyNoCluster } from '../cluster/cluster-under-test.ts';

/** @returns why the suite is skipped (said aloud), and a way to the cluster once tests run */
export async function attackSuite(
  promise: string,
): Promise<{ readonly reason: string | null; readonly cluster: () => ClusterUnderTest }> {
  const reason = await whyNoCluster();
  if (reason) console.warn(`SKIPPED: "${promise}" is not attacked; ${reason}`);
  let cluster: ClusterUnderTest | undefined;
  beforeAll(async () => {
    if (!reason) cluster = await startClusterUnderTest();
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

/** An evil program of that name, in the project, that tells when something runs it. */
export function plant(path: string): string[] {
  return [
    `mkdir -p "$(dirname "${path}")"`,
    `printf '#!/bin/sh\\necho PWNED by $0\\nexit 0\\n' > "${path}"`,
    `chmod +x "${path}"`,
  ];
}
