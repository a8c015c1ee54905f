// The last argument of `run`: each sub-stage, the container whose work it is, and what it is to the job (GitLab Runner:
// common/build.go, "BuildStage…"). A new sub-stage is one row here; the model runner (test/model-runner) must run it as well.
import { buildContainer, helperContainer, type JobContainer } from './container-names.ts';

export interface SubStage {
  readonly container: JobContainer;
  /**
   * `main`: the author's script, whose end is the job's. `author`: another script of the author's. `gitlab`: a step around it, which
   * needs git and gitlab-runner and nothing of the job's image. `last`: the one that tidies up when nothing is taken from the
   * workspace any more.
   */
  readonly role: 'main' | 'author' | 'gitlab' | 'last';
}

const main: SubStage = { container: buildContainer, role: 'main' };
const author: SubStage = { container: buildContainer, role: 'author' };
const gitlab: SubStage = { container: helperContainer, role: 'gitlab' };

const subStages: ReadonlyMap<string, SubStage> = new Map([
  ['prepare_script', gitlab],
  ['get_sources', gitlab],
  // Before a second attempt of get_sources; GitLab's documentation does not name it.
  ['clear_worktree', gitlab],
  ['restore_cache', gitlab],
  ['download_artifacts', gitlab],
  ['build_script', main],
  // The name that GitLab Runner announces in place of `build_script`.
  ['step_script', main],
  ['after_script', author],
  ['archive_cache', gitlab],
  ['archive_cache_on_failure', gitlab],
  ['upload_artifacts_on_success', gitlab],
  ['upload_artifacts_on_failure', gitlab],
  ['cleanup_file_variables', { container: helperContainer, role: 'last' }],
]);

/** The author's own steps: `step_release`. */
const authorStep = /^step_.+$/;

/** For people: in the order of a job, the steps of authors by their pattern. */
export const knownSubStages: readonly string[] = [
  ...[...subStages.keys()].filter((name) => !authorStep.test(name)),
  'step_*',
];

/** undefined: a name that this version does not know; in the wrong container it would fail for a reason that nobody understands. */
export function findSubStage(name: string): SubStage | undefined {
  return subStages.get(name) ?? (authorStep.test(name) ? author : undefined);
}
