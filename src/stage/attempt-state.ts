// What prepare hands on to run and cleanup: a private file in the attempt's temp dir, on the runner's machine.
// It says where the pod is and how to authenticate; it holds no token, no script and no variable of the job.
import type { Connection } from '../cluster/cluster.ts';
import { SystemFailure } from '../outcome/system-failure.ts';
import type { StageFiles, StageIo } from './stage-io.ts';

export interface ServiceState {
  readonly container: string;
  readonly image: string;
  /** HEALTHCHECK_TCP_PORT; null: it has none. */
  readonly port: number | null;
  /** Digest of an entrypoint and command of the job's; absent: the image's own. */
  readonly program?: string;
}

export interface AttemptState {
  readonly version: 1;
  readonly connection: Connection;
  readonly pod: { readonly name: string; readonly uid: string };
  /** Absolute paths, found before user code ran; nothing that user code can change leads to another shell. */
  readonly shells: { readonly build: string; readonly helper: string };
  /** In the containers, from trusted data. */
  readonly projectDirectory: string;
  /** What a job leaves in its workspace is gone with its pod. */
  readonly isWorkspaceInPod: boolean;
  /** The job holds a lasting one, which cleanup gives back. */
  readonly holdsWorkspace?: boolean;
  /** Seconds. */
  readonly timeouts: { readonly reconnect: number; readonly stopGrace: number };
  /** Bytes. */
  readonly logLimit: number;
  /** For a warning when one ends. */
  readonly services: readonly ServiceState[];
}

const fileName = 'gitlab-pod-executor.json';
/** Exists from the moment that user code was about to start. */
const userCodeFileName = 'gitlab-pod-executor.user-code';
/** Exists once the build container is known to have ended; it never starts again. */
const buildEndFileName = 'gitlab-pod-executor.build-ended';
/** Exists from the moment that a run stage was about to delete the pod; holds a `Deletion`. */
const deletedFileName = 'gitlab-pod-executor.pod-deleted';

/** `requested`: the cluster was asked, and has not confirmed it. */
type Deletion = 'requested' | 'confirmed';

export async function writeAttemptState(io: StageIo, state: AttemptState): Promise<void> {
  await writeOwn(io, statePath(io), `${JSON.stringify(state)}\n`);
}

/** @throws SystemFailure when prepare has not run in this attempt, or another version of the program wrote the file */
export async function readAttemptState(io: StageIo): Promise<AttemptState> {
  const state = await findAttemptState(io);
  if (state) return state;
  throw new SystemFailure('attempt-state', {
    what: `Cannot find the job's pod: ${statePath(io)} is missing or from another version.`,
    why: 'The prepare stage writes it.',
    operator:
      'check that `prepare_exec` is set in config.toml to the same program as `run_exec`. CHANGELOG.md names releases that must not be installed under running jobs.',
  });
}

/** null: there is none that this version can read. */
export async function findAttemptState(io: StageIo): Promise<AttemptState | null> {
  if (!io.env['TMPDIR']) return null;
  try {
    const state = JSON.parse((await io.files.read(statePath(io))).toString()) as
      | AttemptState
      | { readonly version: 'another' };
    return state.version === 1 ? state : null;
  } catch {
    // Missing, unreadable or cut short: for the caller there is no state, and both callers say or do what follows from that.
    return null;
  }
}

export async function markUserCode(io: StageIo): Promise<void> {
  await writeOwn(io, userCodePath(io), '');
}

export async function hasUserCodeRun(io: {
  readonly env: StageIo['env'];
  readonly files: StageFiles;
}): Promise<boolean> {
  return io.files.exists(userCodePath(io));
}

/** On a full disk those after us find out by themselves. */
export async function markBuildEnd({ env, files }: StageIo): Promise<void> {
  await files.writePrivate(buildEndPath({ env }), '').catch(() => undefined);
}

export async function isBuildEnded({ env, files }: StageIo): Promise<boolean> {
  return files.exists(buildEndPath({ env }));
}

/** On a full disk the pod is deleted all the same, and those after us take the deletion for somebody else's. */
export async function markDeletion(io: StageIo, deletion: Deletion): Promise<void> {
  await io.files.writePrivate(deletedPath(io), deletion).catch(() => undefined);
}

/** @throws SystemFailure when an earlier sub-stage of this attempt had to delete the pod, whether or not the cluster confirmed it */
export async function refuseDeletedPod(io: StageIo, { pod }: AttemptState): Promise<void> {
  if (!(await io.files.exists(deletedPath(io)))) return;
  const mark = await io.files.read(deletedPath(io)).catch(() => '');
  const isConfirmed = mark.toString() === ('confirmed' satisfies Deletion);
  throw new SystemFailure('pod-gone', {
    what: isConfirmed
      ? `The pod ${pod.name} is not there any more: gitlab-pod-executor deleted it.`
      : `The pod ${pod.name} takes no more scripts: gitlab-pod-executor asked the cluster to delete it, and got no answer.`,
    why: 'It could not confirm that earlier processes had stopped; no script runs while they might.',
    author: 'Retry the job.',
  });
}

async function writeOwn(io: StageIo, path: string, text: string): Promise<void> {
  try {
    await io.files.writePrivate(path, text);
  } catch (cause) {
    const isFull = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
    throw new SystemFailure(
      isFull ? 'disk-full' : 'attempt-state',
      {
        what: `Cannot write ${path}: ${(cause as Error).message}.`,
        operator: isFull
          ? "the disk of the runner's machine is full: make room."
          : "the runner's user must be able to write its temp directory.",
      },
      { cause },
    );
  }
}

function statePath(io: Pick<StageIo, 'env'>): string {
  return `${attemptDirectory(io.env)}/${fileName}`;
}

function userCodePath(io: Pick<StageIo, 'env'>): string {
  return `${attemptDirectory(io.env)}/${userCodeFileName}`;
}

function buildEndPath(io: Pick<StageIo, 'env'>): string {
  return `${attemptDirectory(io.env)}/${buildEndFileName}`;
}

function deletedPath(io: Pick<StageIo, 'env'>): string {
  return `${attemptDirectory(io.env)}/${deletedFileName}`;
}

/** GitLab Runner's temp dir of this attempt. @throws SystemFailure without one */
export function attemptDirectory(env: StageIo['env']): string {
  const directory = env['TMPDIR'];
  if (directory) return directory;
  throw new SystemFailure('attempt-state', {
    what: 'TMPDIR is not set.',
    why: "GitLab Runner sets it to the attempt's temp directory for each stage; when you try a stage by hand, set it to an empty directory.",
  });
}
