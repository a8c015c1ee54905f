// The cleanup stage: deletes what belongs to the job and does not wait for it. GitLab Runner calls it after each attempt, also
// when prepare never ran, and shows the job as running until it returns.
import type { Cluster, Connection, Pod } from '../cluster/cluster.ts';
import { readJobIdentity } from '../job/read-job-identity.ts';
import { jobSelector } from '../pod/labels.ts';
import type { ScriptSessions } from '../stream/sessions/script-sessions.ts';
import { findAttemptState } from './attempt-state.ts';
import { credentialStore } from './credential-store.ts';
import { readSources } from './fetched-sources.ts';
import { explainInterruption } from './interruption.ts';
import { readJobFile } from './job-file.ts';
import { releaseWorkspaces } from './release-workspaces.ts';
import type { StageIo } from './stage-io.ts';

export interface CleanupInput {
  readonly io: StageIo;
  readonly connect: (connection: Connection) => Cluster;
  /** Asked only when prepare left no state: reads the policy. */
  readonly resolveConnection: () => Promise<Connection>;
  /** Asked only then, too: whether the job may hold a lasting workspace. */
  readonly hasWorkspaces?: () => Promise<boolean>;
  readonly now?: () => Date;
  readonly sessions?: Pick<ScriptSessions, 'close'> | undefined;
  /** The job's pods, as they are found. */
  readonly seen?: SeePods;
}

type SeePods = (pods: readonly Pod[]) => void;

/** Safe to repeat, and beside a run stage that still lives. @throws SystemFailure when the cluster does not answer */
export async function cleanup({
  io,
  connect,
  resolveConnection,
  hasWorkspaces = () => Promise.resolve(false),
  now = () => new Date(),
  sessions,
  seen,
}: CleanupInput): Promise<void> {
  const job = readJobIdentity(await readJobFile(io));
  const state = await findAttemptState(io);
  if (state) sessions?.close(state.pod.uid);
  const cluster = connect(state?.connection ?? (await resolveConnection()));
  try {
    const selector = jobSelector(job);
    await deleteJob(cluster, selector, io.signal, seen);
    // Behind it: whoever takes the workspace now sees that its pod is on its way out.
    if (state ? state.holdsWorkspace : await hasWorkspaces())
      await releaseWorkspaces({
        cluster,
        selector,
        now: now(),
        sources: state ? await readSources(io) : null,
        signal: io.signal,
      });
  } catch (error) {
    throw explainInterruption(error, io.signal, 'the cleanup');
  } finally {
    cluster.close();
    await credentialStore(io)?.remove();
  }
}

/**
 * Deletes each pod and secret that the selector finds, each by its own uid, so that a namesake of somebody else is safe.
 * What cannot be listed or deleted stops nothing else; the first such failure is thrown when all was tried.
 */
export async function deleteJob(
  cluster: Cluster,
  selector: string,
  signal: AbortSignal,
  seen: SeePods = () => undefined,
): Promise<void> {
  const pods = cluster.listPods(selector, { signal }).then((found) => {
    seen(found);
    return everyOne(found, ({ metadata: { name, uid } }) => cluster.deletePod({ name, uid }, { signal }));
  });
  const secrets = cluster
    .listSecrets(selector, { signal })
    .then((found) => everyOne(found, (secret) => cluster.deleteSecret(secret, { signal })));
  await everyOne([pods, secrets], (work) => work);
}

async function everyOne<T>(all: readonly T[], act: (one: T) => Promise<unknown>): Promise<void> {
  const results = await Promise.allSettled(all.map(act));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
