// Stages that are given what they cannot use: each says what to do, is a system failure, and speaks to no cluster.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { knownSubStages } from '../../src/layout/sub-stage.ts';
import { type Attempt, newAttempt, systemFailure } from './attempt.ts';
import { readable } from './readable.ts';

const directory = mkdtempSync(join(tmpdir(), 'bad-input-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Whoever gets as far as to look for a cluster ends with this. */
const noCluster = 'cluster: { namespace: ci, kubeconfig: /no/such/kubeconfig }\n';
const noClusterMessage =
  "Cannot read the kubeconfig /no/such/kubeconfig: there is no such file. Operators: set `cluster.kubeconfig` in the policy to a file that the runner's user can read.";

/** DIR stands for the attempt's own directory, which is another one each time. */
async function expectRefusal(
  attempt: Attempt,
  call: readonly [string, ...string[]],
  says: string,
): Promise<void> {
  const ended = await attempt.call(...call);
  expect(readable(ended.stderr).replaceAll(attempt.directory, 'DIR')).toBe(`<red>ERROR: ${says}</>\n`);
  expect(ended).toMatchObject({ exitCode: systemFailure, code: null, stdout: '' });
}

const fileAdvice =
  "GitLab Runner made this file just before. Operators: run the executor as the runner's user, and let nothing clear the runner's temp directory while jobs run.";
const unreadable = (...mistakes: readonly string[]): string => `Cannot read the job file (JOB_RESPONSE_FILE):
${mistakes.map((mistake) => `  ${mistake}\n`).join('')}GitLab Runner writes this file for each job. Operators: update GitLab Runner if it is old; if it is not, please report this message. It holds no values of the job.`;

describe.concurrent.each(['prepare', 'cleanup'])('the job file of %s', (stage) => {
  it.each([
    [
      'that is not named',
      undefined,
      "JOB_RESPONSE_FILE is not set. GitLab Runner 14.1 and newer sets it for each stage of a custom executor; set it to a job's JSON file to try a stage by hand.",
    ],
    [
      'that is missing',
      '/no/such/response.json',
      `Cannot read the job from JOB_RESPONSE_FILE "/no/such/response.json": ENOENT: no such file or directory, open '/no/such/response.json'. ${fileAdvice}`,
    ],
    [
      'that is a directory',
      '/proc',
      `Cannot read the job from JOB_RESPONSE_FILE "/proc": EISDIR: illegal operation on a directory, read '/proc'. ${fileAdvice}`,
    ],
  ])(`${stage} refuses a job file: %s`, async (_, file, says) => {
    const attempt = newAttempt({ directory, policy: noCluster, env: { JOB_RESPONSE_FILE: file } });
    await expectRefusal(attempt, [stage], says);
  });

  it.each([
    ['empty', '', 'the file is empty'],
    [
      'cut off, without a word of its secrets',
      '{"id": 1, "token": "secret',
      'not JSON: the file has 26 characters and may have been cut off',
    ],
    ['a list', '[]', 'expected a JSON object'],
    [
      '16 MiB of noise',
      '\u0000\u001b'.repeat(2 ** 23),
      'not JSON: the file has 16777216 characters and may have been cut off',
    ],
  ])(`${stage} refuses what is no job file: %s`, async (_, job, mistake) => {
    await expectRefusal(newAttempt({ directory, policy: noCluster, job }), [stage], unreadable(mistake));
  });

  it(`${stage} reads a job file of 64 MiB like any other`, async () => {
    const variables = Array.from({ length: 64 }, (_, i) => ({ key: `V${i}`, value: 'x'.repeat(2 ** 20) }));
    await expectRefusal(
      newAttempt({ directory, policy: noCluster, job: { variables } }),
      [stage],
      noClusterMessage,
    );
  });
});

it('prepare names every mistake of a job file at once, and none of its values', async () => {
  const job =
    '{"id": "secret", "job_info": {"project_id": "secret"}, "git_info": {}, "services": [{"name": 1}]}';
  await expectRefusal(
    newAttempt({ directory, policy: noCluster, job }),
    ['prepare'],
    unreadable(
      'id: expected number, received string',
      'job_info.project_id: expected number, received string',
      'services.0.name: expected string, received number',
      'job_info.instance_uuid, git_info.repo_url: neither names the GitLab instance',
    ),
  );
});

it('a FIFO that lies where failed tries are remembered holds up no preparation', async () => {
  const parent = mkdtempSync(join(directory, 'shared-'));
  execFileSync('mkfifo', [join(parent, 'gitlab-pod-executor-tries-of-somebody-else')]);
  await expectRefusal(newAttempt({ directory: parent, policy: noCluster }), ['prepare'], noClusterMessage);
});

describe.concurrent.each(['prepare', 'cleanup'])('the policy of %s', (stage) => {
  it.each([
    [
      'with three mistakes',
      'cluster:\n  namespace: CI_Jobs\nallowed_image:\n  - debian:*\nlog_limit: a lot\n',
      `The policy has 3 mistakes:
DIR/policy.yaml:2:14: cluster.namespace is not a name for a namespace; lower-case letters, digits and \`-\` are allowed, at most 63
DIR/policy.yaml:3:1: allowed_image is not a key of a policy; did you mean \`allowed_images\`? config/policy.yaml explains all of them
DIR/policy.yaml:5:12: log_limit is not a size in bytes; write one such as 64Mi, 1Gi or 500M`,
    ],
    [
      'that is empty',
      '',
      'The policy has a mistake:\nDIR/policy.yaml:1:1: the file is empty; at least cluster.namespace is needed',
    ],
    [
      'that is no YAML',
      'cluster: {\n',
      'The policy has a mistake:\nDIR/policy.yaml:2:1: not valid YAML: Flow map in block collection must be sufficiently indented and end with a }',
    ],
    [
      'that names no cluster',
      'cluster: { namespace: ci }\n',
      'No cluster is named. Operators: set `cluster.kubeconfig` in the policy, or KUBECONFIG in the environment of GitLab Runner, or run it in the cluster with a service account.',
    ],
    ['whose kubeconfig is missing', noCluster, noClusterMessage],
  ])(`${stage} refuses a policy %s`, async (_, policy, says) => {
    await expectRefusal(newAttempt({ directory, policy }), [stage], says);
  });

  it(`${stage} names a policy that is missing`, async () => {
    await expectRefusal(
      newAttempt({ directory }),
      [stage, '--policy', '/no/such/policy.yaml'],
      'Cannot read the policy /no/such/policy.yaml: there is no such file. Operators: give its path with --policy or GITLAB_POD_EXECUTOR_POLICY; config/policy.yaml of the project explains each key.',
    );
  });

  it(`${stage} names a word that it does not know`, async () => {
    await expectRefusal(
      newAttempt({ directory }),
      [stage, '--polcy', 'policy.yaml'],
      `${stage} does not understand its arguments: Unknown option '--polcy'; did you mean --policy? Operators: in config.toml it takes \`--policy FILE\` only.`,
    );
  });
});

it('prepare runs no job where somebody asks it for help among other words', async () => {
  await expectRefusal(
    newAttempt({ directory }),
    ['prepare', '--policy', 'policy.yaml', '--help'],
    'prepare takes --help as its first word only. Operators: in config.toml it takes `--policy FILE` only.',
  );
});

describe.concurrent('the kubeconfig', () => {
  const one = {
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'u', user: { token: 'secret' } }],
    contexts: [{ name: 'one', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'one',
  };
  it.each([
    [
      'that is broken, without a word of its secrets',
      'users:\n  {token: secret\nfoo: bar',
      'Cannot read the kubeconfig FILE: it is neither YAML nor JSON (line 3, column 1). Operators: correct it, or name another one in the policy (`cluster.kubeconfig`).',
    ],
    ['that is empty', '', 'Cannot use the kubeconfig FILE: it has no contexts. Is it the right file?'],
    [
      'with a number for a token, and its place',
      'users:\n- name: u\n  user: {token: 123456}\nkind: Secret',
      'Cannot read the kubeconfig FILE: `kind` (line 4, column 7) is "Secret"; a kubeconfig\'s is "Config"; `users[0].user.token` (line 3, column 17) is a number, not a text: put it in quotes. Operators: correct it, or name another one in the policy (`cluster.kubeconfig`).',
    ],
    [
      'whose plugin may not be executed',
      JSON.stringify({
        ...one,
        contexts: [{ name: 'two', context: { cluster: 'c', user: 'u' } }],
        users: [
          {
            name: 'u',
            user: {
              exec: {
                apiVersion: 'client.authentication.k8s.io/v1',
                command: './kubeconfig',
                interactiveMode: 'Never',
              },
            },
          },
        ],
      }),
      'The credential plugin "./kubeconfig" of user "u" in FILE failed: it may not be executed (EACCES): make it executable for the runner\'s user (chmod), on a file system without `noexec`. Operators: try `kubectl --kubeconfig FILE version` as the user that GitLab Runner runs as.',
    ],
    [
      'that lacks the context',
      JSON.stringify(one),
      'Cannot use the kubeconfig FILE: it has no context "two"; it has "one". Correct `cluster.context` in the policy.',
    ],
    [
      'whose context names a cluster that it lacks',
      JSON.stringify({ ...one, contexts: [{ name: 'two', context: { cluster: 'x', user: 'u' } }] }),
      'Cannot use the kubeconfig FILE: context "two" names the cluster "x", which is not in it.',
    ],
    [
      'whose tokens would travel in clear',
      JSON.stringify({
        ...one,
        clusters: [{ name: 'c', cluster: { server: 'http://127.0.0.1:1' } }],
        contexts: [{ name: 'two', context: { cluster: 'c', user: 'u' } }],
      }),
      'Cannot use the kubeconfig FILE: cluster "c" has the server "http://127.0.0.1:1". Only https:// addresses work: a token must not travel in clear.',
    ],
  ])('prepare refuses a kubeconfig %s', async (_, text, says) => {
    const file = join(mkdtempSync(join(directory, 'kubeconfig-')), 'kubeconfig');
    writeFileSync(file, text);
    const policy = `cluster: { namespace: ci, kubeconfig: ${file}, context: two }\n`;
    await expectRefusal(newAttempt({ directory, policy }), ['prepare'], says.replaceAll('FILE', file));
  });
});

describe.concurrent('run', () => {
  const subStages = `${knownSubStages.slice(0, -1).join(', ')} and step_*`;
  const unknown = (name: string): string =>
    `Cannot run the sub-stage "${name}": this version of gitlab-pod-executor does not know it, so it does not know its container either. Known are ${subStages}. Operators: GitLab Runner is probably newer than the executor: update gitlab-pod-executor.`;

  it.each([
    [
      'without its arguments',
      ['run'],
      'run needs a script and a sub-stage: GitLab Runner appends both to `run_args`.',
    ],
    [
      'without prepare',
      ['run', '/etc/hostname', 'build_script'],
      "Cannot find the job's pod: DIR/gitlab-pod-executor.json is missing or from another version. The prepare stage writes it. Operators: check that `prepare_exec` is set in config.toml to the same program as `run_exec`. CHANGELOG.md names releases that must not be installed under running jobs.",
    ],
    ['of an unknown sub-stage', ['run', '/etc/hostname', 'warm_up'], unknown('warm_up')],
    ['of one that colours the log', ['run', '/etc/hostname', 'warm\u001b[31m_up'], unknown('warm?[31m_up')],
  ] as const)('run refuses a call %s', async (_, call, says) => {
    await expectRefusal(newAttempt({ directory }), call, says);
  });

  it('run names a script that is gone', async () => {
    const attempt = newAttempt({ directory });
    writeFileSync(
      join(attempt.directory, 'gitlab-pod-executor.json'),
      JSON.stringify({
        version: 1,
        connection: { server: 'https://127.0.0.1:1', namespace: 'ci', credentials: { kind: 'none' } },
      }),
    );
    await expectRefusal(
      attempt,
      ['run', '/no/such/script', 'build_script'],
      `Cannot read the script /no/such/script: ENOENT: no such file or directory, open '/no/such/script'. ${fileAdvice}`,
    );
  });

  it('run says that TMPDIR is not set', async () => {
    await expectRefusal(
      newAttempt({ directory, env: { TMPDIR: undefined } }),
      ['run', '/etc/hostname', 'build_script'],
      "TMPDIR is not set. GitLab Runner sets it to the attempt's temp directory for each stage; when you try a stage by hand, set it to an empty directory.",
    );
  });
});
