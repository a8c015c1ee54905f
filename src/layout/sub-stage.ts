// The last argument of `run`, and the container whose work it is (GitLab Runner: common/build.go, "BuildStage…").

import { SystemFailure } from '../outcome/system-failure.ts';
import { plainLine } from '../text/plain-text.ts';

/** GitLab's own steps around the job: they need git and gitlab-runner, and nothing of the job's image. */
const helperSubStages = [
  'prepare_script',
  'get_sources',
  // Before a second attempt of get_sources; GitLab's documentation does not name it.
  'clear_worktree',
  'restore_cache',
  'download_artifacts',
  'archive_cache',
  'archive_cache_on_failure',
  'upload_artifacts_on_success',
  'upload_artifacts_on_failure',
  'cleanup_file_variables',
] as const;

/** The author's own steps. `step_script` is the name that GitLab Runner announces in place of `build_script`. */
const buildSubStages = /^(build_script|after_script|step_.+)$/;

/**
 * Where a sub-stage runs.
 *
 * @throws SystemFailure for a name that is not known: in the wrong container it would fail for a reason that nobody understands.
 */
export function containerOf(subStage: string): 'build' | 'helper' {
  if (buildSubStages.test(subStage)) return 'build';
  if (helperSubStages.some((known) => known === subStage)) return 'helper';
  throw new SystemFailure(
    'unknown-sub-stage',
    `Cannot run the sub-stage "${plainLine(subStage)}": this version of gitlab-pod-executor does not know it, so it does not ` +
      `know its container either. Known are ${helperSubStages.join(', ')}, build_script, after_script and step_*. ` +
      'GitLab Runner is probably newer than the executor: update gitlab-pod-executor.',
  );
}
