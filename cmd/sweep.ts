// Removes what crashed runners left behind: by hand, from a systemd timer, or as a CronJob.
import { connect } from '../src/cluster/kubernetes/connection/connect.ts';
import { readDuration } from '../src/policy/schema/values/duration.ts';
import { sweep as sweepCluster } from '../src/sweep/sweep.ts';
import { defaultGracePeriods, type GracePeriods } from '../src/sweep/sweep-leftovers.ts';
import { describeSweep, isClean, sweepJson } from '../src/sweep/sweep-report.ts';
import { workspaceLimits } from '../src/sweep/sweep-workspaces.ts';
import { defineCommand } from './command/define-command.ts';
import { jsonOption, policyOption } from './command/shared-options.ts';
import { textStyle } from './command/text-style.ts';
import { UsageError } from './command/usage-error.ts';
import { resolvePolicyConnection } from './policy-connection.ts';
import { policyPath, readPolicyFile } from './policy-file.ts';

const somethingLeft = 1;

export const sweep = defineCommand({
  name: 'sweep',
  audience: ['operators'],
  summary: 'delete what crashed runners left in the cluster.',
  usage: ['sweep [--dry-run] [--finished-after TIME] [--json] [--policy FILE]'],
  about: [
    `It looks at the policy's namespace and deletes, of the pods and secrets that this program made,`,
    `  - pods that ended (Succeeded or Failed) more than --finished-after ago,
  - pods whose deadline has passed: the job's timeout plus ten minutes, counted
    from their making,
  - secrets that were made for a pod which is deleted too, or which never came,
  - lasting workspaces that no job used for max_idle, and beyond max_total those
    idle for the longest; one whose job is gone is given back.`,
    'A pod that runs before its deadline stays, and so does everything that this program did not make. Several sweeps at once do no harm.',
  ],
  positionals: [],
  options: {
    'dry-run': { help: 'say what would be deleted, and delete nothing' },
    'finished-after': {
      value: 'TIME',
      help: "90s, 10m or 1h30m; 10m unless given, so that a job's last words can be read",
    },
    json: jsonOption,
    policy: policyOption,
  },
  exitCodes:
    '0 all that should go is gone (or nothing had to), 1 something could not be deleted, 2 wrong usage, a policy with mistakes, or a cluster that does not answer, 130 after Ctrl-C.',
  examples: `Try it:   gitlab-pod-executor sweep --dry-run
Run it:   every ten minutes, by config/systemd/ on the runner's machine or by
          config/kubernetes/sweep-cronjob.yaml in the cluster
          (docs/sweep-and-doctor.md)`,
  async run({ options, io }) {
    const gracePeriods = readGracePeriods(options['finished-after']);
    const { policy } = readPolicyFile(policyPath(options.policy, io.env));
    const cluster = connect(await resolvePolicyConnection(policy, io.env), { env: io.env });
    try {
      const report = await sweepCluster({
        cluster,
        now: new Date(),
        gracePeriods: { ...defaultGracePeriods(policy), ...gracePeriods },
        workspaceLimits: workspaceLimits(policy),
        isDryRun: options['dry-run'],
        signal: io.signal,
      });
      io.stdout.write(options.json ? sweepJson(report) : describeSweep(report, textStyle(io)));
      return isClean(report) ? 0 : somethingLeft;
    } finally {
      cluster.close();
    }
  },
});

function readGracePeriods(finishedAfter: string | undefined): Partial<GracePeriods> {
  if (finishedAfter === undefined) return {};
  const finishedAfterSeconds = readDuration(finishedAfter);
  if (finishedAfterSeconds !== null) return { finishedAfterSeconds };
  throw new UsageError(
    `sweep cannot read --finished-after "${finishedAfter}": write a time like 90s, 10m or 1h30m.`,
  );
}
