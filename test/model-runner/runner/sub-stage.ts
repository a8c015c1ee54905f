// The sub-stages of a job: what the log calls them, and what `run` is called with (common/build.go).
import { colours } from '../trace/colours.ts';

export interface SubStage {
  /** The section's name, and GitLab Runner's own. */
  readonly name: string;
  /** The last argument of `run`: the custom executor still says build_script for step_script. */
  readonly argument: string;
  /** With its colours. */
  readonly title: string;
}

const titles: Readonly<Record<string, string>> = {
  prepare_script: 'Preparing environment',
  get_sources: 'Getting source from Git repository',
  clear_worktree: 'Deleting all tracked and untracked files due to source fetch failure',
  restore_cache: 'Restoring cache',
  download_artifacts: 'Downloading artifacts',
  after_script: 'Running after_script',
  archive_cache: 'Saving cache for successful job',
  archive_cache_on_failure: 'Saving cache for failed job',
  upload_artifacts_on_success: 'Uploading artifacts for successful job',
  upload_artifacts_on_failure: 'Uploading artifacts for failed job',
  cleanup_file_variables: 'Cleaning up project directory and file based variables',
};

export function subStage(name: string): SubStage {
  const title = titles[name] ?? `Executing "${name}" stage of the job script`;
  return {
    name,
    argument: name === 'step_script' ? 'build_script' : name,
    title: `${colours.boldCyan}${title}${colours.reset}`,
  };
}

/** `script` is step_script, `release` is step_release. */
export function userSubStage(stepName: string): SubStage {
  return subStage(`step_${stepName.toLowerCase()}`);
}
