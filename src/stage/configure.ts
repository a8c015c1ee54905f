// The config stage: one JSON object that tells GitLab Runner how this executor's jobs look. It reads no policy and speaks to nobody.
import { buildsDirectory, cacheDirectory } from '../layout/paths.ts';

/** @returns the text for stdout (GitLab Runner: docs/executors/custom.md, "Config") */
export function configure(version: string): string {
  return `${JSON.stringify({
    builds_dir: buildsDirectory,
    cache_dir: cacheDirectory,
    // Each job has its own pod and its own workspace.
    builds_dir_is_shared: false,
    driver: { name: 'gitlab-pod-executor', version: `v${version}` },
    // The scripts' shell; which one really runs them is found in the container, as GitLab's own executors do.
    shell: 'bash',
    job_env: {},
  })}\n`;
}
