import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClusterUnderTest, executable } from '../cluster/cluster-under-test.ts';
import { preparedAttempt } from './prepared-attempt.ts';
import type { Row } from './rows.ts';
import { timeInTurn } from './time-process.ts';

const rounds = 25;
/** As short as a script of GitLab's gets. */
const script = '#!/usr/bin/env bash\n\ntrue\nexit 0\n';

/** `run` of `true`, with the whole start-once protocol, against `kubectl exec -i` of the same on the same pod. */
export async function benchRun(cluster: ClusterUnderTest): Promise<Row[]> {
  const attempt = preparedAttempt(cluster);
  try {
    const file = join(attempt.directory, 'script');
    writeFileSync(file, script);
    const kubectl = [
      'kubectl',
      '--kubeconfig',
      cluster.kubeconfig,
      '-n',
      cluster.namespace,
      'exec',
      '-i',
      attempt.pod,
      '-c',
      'build',
      '--',
      'sh',
    ];
    const [run, exec] = await timeInTurn(
      [
        { argv: [executable, 'run', file, 'build_script'], env: attempt.env },
        { argv: kubectl, stdin: script },
      ],
      rounds,
    );
    if (!run || !exec) return [];
    return [
      {
        what: '`run` of `true`, whole process',
        ours: run.milliseconds,
        theirs: exec.milliseconds,
        unit: 'ms',
        against: '`kubectl exec -i -- sh`',
        ratio: run.milliseconds / exec.milliseconds,
        goal: '≤ 1.0×',
      },
      {
        what: '`run`, resident memory',
        ours: run.megabytes,
        theirs: exec.megabytes,
        unit: 'MB',
        against: '`kubectl exec`',
        ratio: run.megabytes / exec.megabytes,
        goal: '',
      },
    ];
  } finally {
    attempt.end();
  }
}
