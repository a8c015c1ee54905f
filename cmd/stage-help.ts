// What somebody sees who asks one of GitLab Runner's commands for --help.
import type { Command } from './command.ts';

interface StageHelp {
  readonly does: string;
  readonly usage: string;
  /** What it reads and writes, for whoever tries it by hand. */
  readonly works: string;
}

const helps = {
  config: {
    does: 'tell GitLab Runner, in JSON, how jobs look here.',
    usage: 'config',
    works: 'It reads nothing and speaks to nobody.',
  },
  prepare: {
    does: "admit a job's images or reject them; start its pod.",
    usage: 'prepare [--policy FILE]',
    works: `It reads the job from $JOB_RESPONSE_FILE, and the policy from FILE, else
$GITLAB_POD_EXECUTOR_POLICY, else /etc/gitlab-pod-executor/policy.yaml.
It leaves in $TMPDIR where the pod is, for run and cleanup.
To see the pod without making it: gitlab-pod-executor print-pod --help`,
  },
  run: {
    does: "run one script in the job's pod, and end as it ends.",
    usage: 'run SCRIPT SUB-STAGE',
    works: `GitLab Runner appends SCRIPT (a file) and SUB-STAGE (get_sources, build_script,
after_script …) to run_args.
It finds the pod by what prepare left in $TMPDIR.`,
  },
  cleanup: {
    does: "delete the job's pod and do not wait for its end.",
    usage: 'cleanup [--policy FILE]',
    works: `It reads the job from $JOB_RESPONSE_FILE. The policy it needs only where prepare
left nothing in $TMPDIR. It may be called twice, or without prepare.
For what crashed runners left: gitlab-pod-executor sweep --help`,
  },
} as const satisfies Readonly<Record<string, StageHelp>>;

export type StageName = keyof typeof helps;

export function stageHelp(name: StageName): Command {
  const { does, usage, works } = helps[name];
  return (_, { stdout }) => {
    stdout.write(`gitlab-pod-executor ${name}: ${does}

Usage: gitlab-pod-executor ${usage}

GitLab Runner calls it for each job, as ${name}_exec and ${name}_args of
config.toml say (config/runner.toml).
${works}

Exit code: 0 well, $BUILD_FAILURE_EXIT_CODE (1) the author's to fix, with the
script's own code in $BUILD_EXIT_CODE_FILE, $SYSTEM_FAILURE_EXIT_CODE (2)
anything else.
`);
    return Promise.resolve(0);
  };
}
