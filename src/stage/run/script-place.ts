// Where a script runs, and how much of its log is delivered: fresh for a new script; kept in the attempt's temp dir for one that another
// process may have to follow to its end.
import { randomBytes } from 'node:crypto';
import { scriptsDirectory } from '../../layout/paths.ts';
import { SystemFailure } from '../../outcome/system-failure.ts';
import { attemptDirectory } from '../attempt-state.ts';
import type { StageIo } from '../stage-io.ts';

/** How this process and another one share a script. */
export type Continuation =
  /** Nobody else will follow it. */
  | { readonly kind: 'none' }
  /** Another one may have to: what it needs is kept. */
  | { readonly kind: 'kept' }
  /**
   * Another one ended before the script did; bytes of its log that were delivered, null when nobody can know. `isKept`: yet another one
   * may have to follow it.
   */
  | { readonly kind: 'continued'; readonly delivered: number | null; readonly isKept: boolean };

export interface ScriptPlace {
  /** In the control volume; nobody may be able to guess its name. */
  readonly directory: string;
  /** Bytes of the log. */
  readonly delivered: number;
}

interface KeptPlace {
  readonly scriptPath: string;
  readonly subStage: string;
  readonly directory: string;
}

const fileName = 'gitlab-pod-executor.script';
/** `step_*` names come from the job: only letters, digits and `_` of them get into a path. */
const maxNameLength = 40;

/** @throws SystemFailure when a script was started of whose log nobody knows how much is delivered */
export async function placeOfScript(
  io: StageIo,
  script: { readonly scriptPath: string; readonly subStage: string },
  continuation: Continuation,
): Promise<ScriptPlace> {
  if (continuation.kind === 'continued') {
    const kept = await findKept(io);
    if (kept?.scriptPath === script.scriptPath && kept.subStage === script.subStage)
      return { directory: kept.directory, delivered: requireKnown(continuation.delivered) };
  }
  const name = script.subStage.replace(/\W/g, '_').slice(0, maxNameLength);
  const directory = `${scriptsDirectory}/run-${name}-${randomBytes(8).toString('hex')}`;
  if (continuation.kind === 'kept' || (continuation.kind === 'continued' && continuation.isKept)) {
    const kept: KeptPlace = { ...script, directory };
    await io.files.writePrivate(keptPath(io), `${JSON.stringify(kept)}\n`);
  }
  return { directory, delivered: 0 };
}

function requireKnown(delivered: number | null): number {
  if (delivered !== null) return delivered;
  throw new SystemFailure('stream-lost', {
    what: 'The process that followed the script ended, and nobody knows how much of the log it had delivered.',
    author: 'Retry the job.',
    operator:
      "the number is written into the resident's directory (GITLAB_POD_EXECUTOR_RESIDENT): make room there.",
  });
}

async function findKept(io: StageIo): Promise<KeptPlace | null> {
  try {
    return JSON.parse((await io.files.read(keptPath(io))).toString()) as KeptPlace;
  } catch {
    // It ended before any script could start.
    return null;
  }
}

function keptPath(io: StageIo): string {
  return `${attemptDirectory(io.env)}/${fileName}`;
}
