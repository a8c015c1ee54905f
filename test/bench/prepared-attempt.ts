// A job's pod made by the real prepare, for measurements to run scripts in.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClusterUnderTest, executable, writePolicy } from '../cluster/cluster-under-test.ts';

export interface PreparedAttempt {
  readonly directory: string;
  readonly pod: string;
  readonly env: NodeJS.ProcessEnv;
  end(): void;
}

export function preparedAttempt(
  cluster: ClusterUnderTest,
  policy: Readonly<Record<string, unknown>> = {},
): PreparedAttempt {
  const directory = mkdtempSync(join(cluster.directory, 'attempt-'));
  const response = join(directory, 'response.json');
  writeFileSync(
    response,
    JSON.stringify({
      id: Date.now(),
      job_info: { name: 'bench', project_id: 1, project_full_path: 'group/bench', namespace_id: 1 },
      git_info: { repo_url: 'https://gitlab.example.org/group/bench.git', ref: 'main', protected: false },
      runner_info: { timeout: 3600 },
      image: { name: cluster.buildImage },
      variables: [],
    }),
  );
  const env = {
    ...process.env,
    KUBECONFIG: '',
    TMPDIR: directory,
    JOB_RESPONSE_FILE: response,
    CUSTOM_ENV_CI_RUNNER_VERSION: '19.4.0',
    GITLAB_POD_EXECUTOR_POLICY: writePolicy(cluster, directory, { policy }),
  };
  execFileSync(executable, ['prepare'], { env, stdio: 'pipe' });
  const { pod } = JSON.parse(readFileSync(join(directory, 'gitlab-pod-executor.json'), 'utf8')) as {
    pod: { name: string };
  };
  return {
    directory,
    pod: pod.name,
    env,
    end: () => execFileSync(executable, ['cleanup'], { env, stdio: 'pipe' }),
  };
}
