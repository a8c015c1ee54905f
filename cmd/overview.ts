// What somebody sees who calls the program without a command, with --help, or with a word it does not know.
import type { Command } from './command.ts';
import { version } from './version.ts';

const text = `gitlab-pod-executor ${version}: runs GitLab CI jobs in rootless Kubernetes pods.

For GitLab Runner (set in config.toml, see config/runner.toml):
  config                    print what GitLab Runner must know of this executor
  prepare [--policy FILE]   admit a job's images or reject them, start its pod
  run SCRIPT SUB-STAGE      run one script of the job in its pod
  cleanup [--policy FILE]   delete the job's pod

For people:
  check IMAGE…              would this image be admitted, and why not
  help-page --out DIR       make the page that a rejection links to
  print-pod JOB POLICY      show the pod that a job would get, and why
  sweep [--dry-run]         remove pods that crashed runners left behind
  doctor                    is this cluster ready for jobs

The policy is --policy FILE, else $GITLAB_POD_EXECUTOR_POLICY, else
/etc/gitlab-pod-executor/policy.yaml.
Each command explains itself with --help.
`;

const usageExitCode = 2;

export function overview(name: string): Command {
  return (_, io) => {
    if (name === '--version' || name === 'version') {
      io.stdout.write(`${version}\n`);
      return Promise.resolve(0);
    }
    const isAsked = name === '--help' || name === '-h' || name === 'help';
    if (isAsked) io.stdout.write(text);
    else io.stderr.write(name === '' ? text : `There is no command "${name}".\n\n${text}`);
    return Promise.resolve(isAsked ? 0 : usageExitCode);
  };
}
