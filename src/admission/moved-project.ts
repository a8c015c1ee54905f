// A job that moves its project (GIT_CLONE_PATH, where the runner has custom_build_dir on) moves it away from where what it leaves
// is cleared before GitLab's own scripts run: it is refused at the start.
import { normalize } from 'node:path/posix';
import { createExpansion } from '../job/expand-variables.ts';
import type { Job, JobVariable } from '../job/job.ts';
import { projectDirectory } from '../job/project-directory.ts';
import { buildsDirectory } from '../layout/paths.ts';
import type { Policy } from '../policy/policy.ts';
import { buildImageOf, type ExplainedFinding, type RequestedImage } from './rejection.ts';

const key = 'GIT_CLONE_PATH';

/**
 * Asks the job's own variable, and what GitLab Runner made of it (`reported`), which may know of one that stands in no job: either
 * alone is enough for a refusal. null: the project stays where it belongs.
 */
export function findMovedProject(
  job: Job,
  reported: string | undefined,
  policy: Pick<Policy, 'default_image'>,
): ExplainedFinding | null {
  const image = buildImageOf(job, policy);
  const stays = projectDirectory(job);
  const own = job.variables.findLast((variable) => variable.key === key);
  const moves = (path: string | null): boolean => path === null || isElsewhere(path, stays);
  if (own !== undefined && moves(filledIn(own, job))) return moved(own.value, stays, image);
  return reported !== undefined && moves(reported) ? moved(reported, stays, image) : null;
}

/** GitLab Runner takes an empty one for none. */
const isElsewhere = (path: string, stays: string): boolean =>
  path !== '' && normalize(`${path}/`) !== `${stays}/`;

/** As GitLab Runner fills it in, which says beside the job's variables where the builds directory is. null: too long. */
function filledIn(own: JobVariable, { variables }: Job): string | null {
  const builds = { ...own, key: 'CI_BUILDS_DIR', value: buildsDirectory, isFile: false, isRaw: true };
  return createExpansion([builds, ...variables]).value(own);
}

function moved(requested: string, stays: string, image: RequestedImage): ExplainedFinding {
  return {
    kind: 'clone-path',
    key,
    requested,
    reason: `This runner keeps a project at \`${stays}\` only, because it cleans up only there before GitLab's own scripts run.`,
    instead: `Take ${key} out of the job's variables. Operators: leave custom_build_dir off.`,
    ...image,
  };
}
