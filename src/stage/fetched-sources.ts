// How the last get_sources of an attempt ended: cleanup must know whether a lasting workspace still serves.
import { attemptDirectory } from './attempt-state.ts';
import type { StageIo } from './stage-io.ts';

/** null: nobody knows; none ran to its end. */
export type Sources = 'fetched' | 'failed' | null;

/** GitLab Runner's name of the sub-stage that fetches and checks out. */
const subStageOfSources = 'get_sources';

const path = ({ env }: Pick<StageIo, 'env'>): string =>
  `${attemptDirectory(env)}/gitlab-pod-executor.sources`;

/** Of several attempts the last one counts. On a full disk nobody knows. */
export async function markSources(
  io: Pick<StageIo, 'env' | 'files'>,
  { subStage, exitCode }: { readonly subStage: string; readonly exitCode: number },
): Promise<void> {
  if (subStage !== subStageOfSources) return;
  await io.files.writePrivate(path(io), exitCode === 0 ? 'fetched' : 'failed').catch(() => undefined);
}

export async function readSources(io: Pick<StageIo, 'env' | 'files'>): Promise<Sources> {
  const mark = await io.files.read(path(io)).catch(() => '');
  return (['fetched', 'failed'] as const).find((each) => each === mark.toString()) ?? null;
}
