// An attempt at a job, as GitLab Runner would make it: its files, its environment, and its pod by the real prepare.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClusterUnderTest, executable, writePolicy } from '../../cluster/cluster-under-test.ts';
import { runProcess } from './run-process.ts';

export interface NewAttempt {
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  /** @returns the path of a script that says this */
  script(text: string): string;
}

export interface PreparedAttempt extends NewAttempt {
  readonly pod: string;
  end(): Promise<void>;
}

export interface AttemptOptions {
  /** GITLAB_POD_EXECUTOR_RESIDENT; absent: stages work alone. */
  readonly resident?: string;
  readonly image?: string;
  readonly policy?: Readonly<Record<string, unknown>>;
}

let nextId = Date.now();
let nextScript = 0;

export function newAttempt(cluster: ClusterUnderTest, options: AttemptOptions = {}): NewAttempt {
  const { resident = '/nowhere', image = cluster.buildImage, policy = {} } = options;
  const directory = mkdtempSync(join(cluster.directory, 'attempt-'));
  const response = join(directory, 'response.json');
  nextId += 1;
  writeFileSync(
    response,
    JSON.stringify({
      id: nextId,
      job_info: { name: 'bench', project_id: 1, project_full_path: 'group/bench', namespace_id: 1 },
      git_info: { repo_url: 'https://gitlab.example.org/group/bench.git', ref: 'main', protected: false },
      runner_info: { timeout: 3600 },
      image: { name: image },
      variables: [],
    }),
  );
  return {
    directory,
    env: {
      ...process.env,
      KUBECONFIG: '',
      TMPDIR: directory,
      JOB_RESPONSE_FILE: response,
      CUSTOM_ENV_CI_RUNNER_VERSION: '19.4.0',
      GITLAB_POD_EXECUTOR_POLICY: writePolicy(cluster, directory, { policy }),
      GITLAB_POD_EXECUTOR_RESIDENT: resident,
    },
    script: (text) => {
      nextScript += 1;
      const file = join(directory, `script-${nextScript}`);
      writeFileSync(file, text);
      return file;
    },
  };
}

export async function preparedAttempt(
  cluster: ClusterUnderTest,
  options: AttemptOptions = {},
): Promise<PreparedAttempt> {
  const attempt = newAttempt(cluster, options);
  await stage(attempt, ['prepare']);
  const state = readFileSync(join(attempt.directory, 'gitlab-pod-executor.json'), 'utf8');
  const { pod } = JSON.parse(state) as { pod: { name: string } };
  return { ...attempt, pod: pod.name, end: () => stage(attempt, ['cleanup']) };
}

async function stage({ env }: NewAttempt, words: readonly string[]): Promise<void> {
  await runProcess({ argv: [executable, ...words], env });
}

/** Several at once, since a machine waits for most of each. @throws the first failure, when nothing of it runs any more */
export async function severalAtOnce<T>(count: number, make: () => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  let begun = 0;
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    while (begun < count && failures.length === 0) {
      begun += 1;
      await make().then(
        (one) => made.push(one),
        (error: unknown) => failures.push(error),
      );
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
  if (failures.length > 0) throw failures[0];
  return made;
}
