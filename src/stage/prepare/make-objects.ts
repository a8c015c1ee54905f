// Makes in the cluster what a plan says: the Secrets, then the pod, which adopts them.
import type { Cluster, Pod } from '../../cluster/cluster.ts';
import type { JobObjects } from '../../plan/job-plan.ts';
import { line } from '../../text/log-lines.ts';
import type { Deadline } from '../deadline.ts';
import type { StageIo } from '../stage-io.ts';
import { createWithRetry } from './create-with-retry.ts';

export interface MakeInput {
  readonly cluster: Cluster;
  readonly io: Pick<StageIo, 'log' | 'signal'>;
  /** For quota, and for an API server that is asked too much. */
  readonly deadline: Deadline;
}

/** @throws SystemFailure what the API server said last; the caller removes what was made */
export async function makeObjects({ pod, secrets }: JobObjects, request: MakeInput): Promise<Pod> {
  const { cluster, io, deadline } = request;
  const { signal } = io;
  const made = <T>(what: string, create: () => Promise<T>): Promise<T> =>
    createWithRetry({ what, create, deadline, signal, log: (text) => io.log(line(text, 'yellow')) });
  const owned = await Promise.all(
    secrets.map((secret) => made('A Secret of the job', () => cluster.createSecret(secret, { signal }))),
  );
  const owner = await made('The pod', () => cluster.createPod(pod, { signal }));
  for (const secret of owned) await cluster.adoptSecret(secret, owner.metadata, { signal });
  return owner;
}
