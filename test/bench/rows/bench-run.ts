import type { ClusterUnderTest } from '../../cluster/cluster-under-test.ts';
import { executable } from '../../cluster/cluster-under-test.ts';
import { kubectlExec } from '../measure/kubectl-exec.ts';
import { type PreparedAttempt, preparedAttempt } from '../measure/prepared-attempt.ts';
import { atMost, type Goal, type Row, type Sample } from '../measure/rows.ts';
import type { Program } from '../measure/run-process.ts';
import { timeInTurn } from '../measure/time-process.ts';

/** As short as a script of GitLab's gets. */
const script = '#!/usr/bin/env bash\n\ntrue\nexit 0\n';
/** GitLab's own script, in the helper. */
const helperSubStage = 'get_sources';

/**
 * `run` of `true`, with the whole start-once protocol, against `kubectl exec -i` of the same on the same pod: in build and in the
 * helper, through a resident and alone.
 */
export async function benchRun(cluster: ClusterUnderTest, resident: string, rounds: number): Promise<Row[]> {
  // The helper ends whatever runs in build, and one of another process ends the exec that a resident holds: each has a pod of its own.
  const [build, helper, lonely] = [
    await preparedAttempt(cluster, { resident }),
    await preparedAttempt(cluster, { resident }),
    await preparedAttempt(cluster, { resident }),
  ];
  try {
    const [built, builtAlone, helped, helpedAlone, kubectl] = await timeInTurn(
      [
        ours(build, 'build_script'),
        alone(ours(build, 'build_script')),
        ours(helper, helperSubStage),
        alone(ours(lonely, helperSubStage)),
        { argv: kubectlExec(cluster, build.pod), stdin: script },
      ],
      rounds,
    );
    if (!built || !builtAlone || !helped || !helpedAlone || !kubectl) return [];
    const row = (what: string, sample: Sample, goal?: Goal): Row => ({
      what,
      unit: 'ms',
      ours: sample,
      against: '`kubectl exec -i`',
      theirs: kubectl,
      ...(goal && { goal }),
    });
    return [
      row('`run` of `true`, build', built, atMost(0.5)),
      row('`run` of `true`, build, alone', builtAlone, atMost(1)),
      row('a helper sub-stage that does nothing', helped, atMost(0.15)),
      row('a helper sub-stage that does nothing, alone', helpedAlone),
    ];
  } finally {
    await build.end();
    await helper.end();
    await lonely.end();
  }
}

function ours(attempt: PreparedAttempt, subStage: string): Program {
  return { argv: [executable, 'run', attempt.script(script), subStage], env: attempt.env };
}

function alone({ argv, env }: Program): Program {
  return { argv, env: { ...env, GITLAB_POD_EXECUTOR_RESIDENT: '/nowhere' } };
}
