import { describe, expect, it } from 'vitest';
import { requireSubStage } from '../../../src/stage/run/require-sub-stage.ts';

describe('requireSubStage', () => {
  it.each(['build_script', 'step_script', 'step_release', 'step_42', 'after_script'])(
    'sends %s, which the author wrote, to the build container',
    (subStage) => expect(requireSubStage(subStage).container).toBe('build'),
  );

  it.each([
    'prepare_script',
    'get_sources',
    'clear_worktree',
    'restore_cache',
    'download_artifacts',
    'archive_cache',
    'archive_cache_on_failure',
    'upload_artifacts_on_success',
    'upload_artifacts_on_failure',
    'cleanup_file_variables',
  ])("sends %s, which is GitLab's, to the helper container", (subStage) =>
    expect(requireSubStage(subStage).container).toBe('helper'),
  );

  it.each(['', 'step_', 'build_script ', 'prepare_executor', 'toString'])(
    'does not guess about "%s"',
    (subStage) => {
      expect(() => requireSubStage(subStage)).toThrow('update gitlab-pod-executor');
    },
  );
});
