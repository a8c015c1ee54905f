import { describe, expect, it } from 'vitest';
import { workspaceMounts } from '../../src/pod/containers/workspace.ts';
import { configure } from '../../src/stage/configure.ts';

describe('configure', () => {
  it('prints one JSON object and nothing else', () => {
    expect(configure('1.2.3')).toBe(
      '{"builds_dir":"/builds","cache_dir":"/cache","builds_dir_is_shared":false,"driver":{"name":"gitlab-pod-executor","version":"v1.2.3"},"shell":"bash","job_env":{}}\n',
    );
  });

  it('names the directories that the pod has', () => {
    const { builds_dir, cache_dir } = JSON.parse(configure('0')) as Record<string, string>;
    expect([builds_dir, cache_dir]).toEqual(workspaceMounts.map(({ mountPath }) => mountPath));
  });
});
