// Removes what crashed runners left behind: by hand, from a systemd timer, or as a CronJob.
import { parseArgs } from 'node:util';
import { connect } from '../src/cluster/kubernetes/connect.ts';
import { readDuration } from '../src/policy/duration.ts';
import { sweep as sweepCluster } from '../src/stage/sweep.ts';
import { type Patience, usualPatience } from '../src/stage/sweep-leftovers.ts';
import { describeSweep, isClean, sweepJson } from '../src/stage/sweep-report.ts';
import { argumentFault } from './argument-fault.ts';
import type { Command } from './command.ts';
import { resolvePolicyConnection } from './policy-connection.ts';
import { policyPath, readPolicyFile } from './policy-file.ts';
import { textStyle } from './text-style.ts';

const help = `gitlab-pod-executor sweep: delete what crashed runners left in the cluster.

Usage: gitlab-pod-executor sweep [--dry-run] [--finished-after TIME] [--json]
                                 [--policy FILE]

It looks at the policy's namespace and deletes, of the pods and secrets that
this program made,
  - pods that ended (Succeeded or Failed) more than --finished-after ago,
  - pods whose deadline has passed: the job's timeout plus ten minutes, counted
    from their making,
  - secrets that were made for a pod which is deleted too, or which never came.
A pod that runs before its deadline stays, and so does everything that this
program did not make. Several sweeps at once do no harm.

  --dry-run              say what would be deleted, and delete nothing
  --finished-after TIME  90s, 10m or 1h30m; 10m unless given, so that a job's
                         last words can be read
  --json                 one JSON object instead of the table
  --policy FILE          else $GITLAB_POD_EXECUTOR_POLICY, else
                         /etc/gitlab-pod-executor/policy.yaml

Exit code: 0 all that should go is gone (or nothing had to), 1 something could
not be deleted, 2 wrong usage, a policy with mistakes, or a cluster that does
not answer, 130 after Ctrl-C.

Try it:   gitlab-pod-executor sweep --dry-run
Run it:   every ten minutes, by config/systemd/ on the runner's machine or by
          config/kubernetes/sweep-cronjob.yaml in the cluster
          (docs/sweep-and-doctor.md)
`;

const wrongUsage = 2;
const somethingLeft = 1;

export const sweep: Command = async (argv, io) => {
  const asked = readArguments(argv);
  if (typeof asked === 'string') {
    io.stderr.write(`${asked}\nSee gitlab-pod-executor sweep --help.\n`);
    return wrongUsage;
  }
  if (asked.help) {
    io.stdout.write(help);
    return 0;
  }
  const { policy } = readPolicyFile(policyPath(asked.policy, io.env));
  const cluster = connect(await resolvePolicyConnection(policy, io.env));
  try {
    const report = await sweepCluster({
      cluster,
      now: new Date(),
      patience: { ...usualPatience(policy), ...asked.patience },
      isDryRun: asked.isDryRun,
      signal: io.signal,
    });
    io.stdout.write(asked.json ? sweepJson(report) : describeSweep(report, textStyle(io)));
    return isClean(report) ? 0 : somethingLeft;
  } finally {
    cluster.close();
  }
};

interface Asked {
  readonly help: boolean;
  readonly json: boolean;
  readonly isDryRun: boolean;
  readonly patience: Partial<Patience>;
  readonly policy: string | undefined;
}

/** @returns a text: what is wrong with the arguments */
function readArguments(argv: readonly string[]): Asked | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        json: { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
        'finished-after': { type: 'string' },
        policy: { type: 'string' },
      },
    });
    const patience = readPatience(values['finished-after']);
    if (patience === null)
      return `sweep cannot read --finished-after "${values['finished-after']}": write a time like 90s, 10m or 1h30m.`;
    return {
      help: values.help,
      json: values.json,
      isDryRun: values['dry-run'],
      patience,
      policy: values.policy,
    };
  } catch (error) {
    return argumentFault('sweep', error);
  }
}

function readPatience(finishedAfter: string | undefined): Partial<Patience> | null {
  if (finishedAfter === undefined) return {};
  const finishedAfterSeconds = readDuration(finishedAfter);
  return finishedAfterSeconds === null ? null : { finishedAfterSeconds };
}
