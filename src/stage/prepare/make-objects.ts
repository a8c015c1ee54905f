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

/** @throws SystemFailure what the API server said last; the caller removes what was made, and nothing is on its way any more */
export async function makeObjects({ pod, secrets }: JobObjects, request: MakeInput): Promise<Pod> {
  const { cluster, io } = request;
  const { signal } = io;
  const owned = await makeSecrets(secrets, request);
  const owner = await createWithRetry({
    ...retryOptions(request),
    what: 'The pod',
    create: () => cluster.createPod(pod, { signal }),
  });
  for (const secret of owned) await cluster.adoptSecret(secret, owner.metadata, { signal });
  return owner;
}

type CreatedSecret = Parameters<Cluster['adoptSecret']>[0];

/** All at once. When one fails, the others are not retried; but each answer is awaited: its Secret may have been made. */
async function makeSecrets(
  secrets: JobObjects['secrets'],
  request: MakeInput,
): Promise<readonly CreatedSecret[]> {
  const { cluster, io } = request;
  const failed = new AbortController();
  const signal = AbortSignal.any([io.signal, failed.signal]);
  const made = secrets.map(async (secret) => {
    try {
      return await createWithRetry({
        ...retryOptions(request),
        what: 'A Secret of the job',
        create: () => cluster.createSecret(secret, { signal: io.signal }),
        signal,
      });
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  });
  await Promise.allSettled(made);
  // The first failure; those that it stopped in a pause ended with an AbortError.
  if (failed.signal.aborted) throw failed.signal.reason;
  return Promise.all(made);
}

function retryOptions({ io, deadline }: MakeInput) {
  const log = (text: string): void => io.log(line(text, 'yellow'));
  return { deadline, log, signal: io.signal };
}
