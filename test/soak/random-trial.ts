// One job with a fault of its own, its connections cut at random all the while, and what must come of it.
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import {
  type ClusterUnderTest,
  executable,
  kubeconfigThrough,
  serverAddress,
} from '../cluster/cluster-under-test.ts';
import { startCutProxy } from '../cluster/cut-proxy.ts';
import { kubectl } from '../cluster/kubectl.ts';
import type { Hook } from '../model-runner/options.ts';
import type { CallRecord, JobResult } from '../model-runner/result.ts';
import { killExecutor } from './kill-executor.ts';
import type { Chance } from './seeded-chance.ts';

/** Kills come at any moment of a job: in each stage, and between them. */
export const strikes = [
  // @promise log: all connections cut by FIN or RST, again and again
  'cuts only',
  'cancelled',
  'pod deleted',
  // @promise leftovers: the executor is killed at any point
  'executor killed',
  // @promise leftovers: executor and runner are killed at any point
  'runner and executor killed, then cleanup',
  // @promise leftovers: executor and runner are killed at any point
  'runner and executor killed, then sweep',
] as const;
export type Strike = (typeof strikes)[number];

interface Trial {
  readonly cluster: ClusterUnderTest;
  readonly strike: Strike;
  /** Of the job. */
  readonly id: number;
  readonly chance: Chance;
}

/** Between two tosses of the coin that decides about a cut. */
const minPauseMs = 400;
const maxPauseMs = 2500;
/** With many jobs on few cores a connection may take longer to make than it is left alive; here it is the log that counts. */
const patient = { timeouts: { ready: '5m', reconnect: '5m', stop_grace: '3s' } };
/** A whole job takes about that long on an idle machine. */
const jobMs = 9000;

export interface TrialEnd {
  /** null: all is as it must be. */
  readonly fault: string | null;
  /** Nobody cleaned up after it, or cleanup said that it could not. */
  readonly isForSweep: boolean;
}

export async function runTrial({ cluster, strike, id, chance }: Trial): Promise<TrialEnd> {
  const script = numberedLines(chance);
  const directory = mkdtempSync(join(cluster.directory, 'soak-'));
  const proxy = await startCutProxy(serverAddress(cluster));
  const cutting = setInterval(
    () => {
      if (chance.below(2) === 0) proxy.cut(chance.oneOf(['FIN', 'RST']));
    },
    minPauseMs + chance.below(maxPauseMs - minPauseMs),
  );
  try {
    const result = await cluster.run(
      { id, script: script.commands },
      {
        directory,
        kubeconfig: kubeconfigThrough(cluster, proxy.port),
        policy: patient,
        on: hooksFor(strike, { cluster, id, chance, directory }),
      },
    );
    // What comes after the job has a network that works: a cleanup that has none is left to sweep, by its promise.
    clearInterval(cutting);
    for (const group of result.leftRunning) endGroup(group);
    if (strike === 'runner and executor killed, then cleanup') {
      const complaint = await cleanUp(result, directory);
      if (complaint) return { fault: complaint, isForSweep: true };
    }
    return { fault: findFault(strike, result, script), isForSweep: isForSweep(strike, result) };
  } finally {
    clearInterval(cutting);
    await proxy.close();
  }
}

interface NumberedLines {
  readonly commands: readonly string[];
  readonly lines: readonly string[];
  readonly exitCode: number;
}

function numberedLines(chance: Chance): NumberedLines {
  const count = 40 + chance.below(80);
  const text = 'ä€'.repeat(1 + chance.below(30));
  const exitCode = chance.below(3) * 7;
  return {
    commands: [
      `i=0; while [ $i -lt ${count} ]; do i=$((i+1)); echo "line $i ${text}"; sleep 0.05; done`,
      `exit ${exitCode}`,
    ],
    lines: Array.from({ length: count }, (_, index) => `line ${index + 1} ${text}\n`),
    exitCode,
  };
}

function hooksFor(
  strike: Strike,
  { cluster, id, chance, directory }: Omit<Trial, 'strike'> & { readonly directory: string },
): Hook[] {
  const inScript = new RegExp(`^line ${5 + chance.below(30)} `, 'm');
  const anyTime = { trace: /./, afterMs: chance.below(jobMs) };
  switch (strike) {
    case 'cuts only':
      return [];
    case 'cancelled':
      return [{ trace: inScript, do: 'cancel' }];
    case 'pod deleted': {
      const ofJob = `gitlab-pod-executor/job-id=${id}`;
      return [{ trace: inScript, do: () => kubectl(cluster, 'delete', 'pod', '-l', ofJob, '--wait=false') }];
    }
    case 'executor killed':
      return [{ ...anyTime, do: () => killExecutor(join(directory, 'policy.yaml')) }];
    case 'runner and executor killed, then cleanup':
    case 'runner and executor killed, then sweep':
      return [{ ...anyTime, do: 'runner-sigkill' }];
  }
}

function endGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

/** As a runner that was started again would; the job may have ended before its runner was killed. */
async function cleanUp({ calls, state }: JobResult, directory: string): Promise<string | null> {
  const last: CallRecord | undefined = calls.at(-1);
  if (state !== 'running' || !last) return null;
  const policy = join(directory, 'policy.yaml');
  const { exitCode, stderr } = await execa(executable, ['cleanup'], {
    cwd: last.cwd,
    env: { KUBECONFIG: '', GITLAB_POD_EXECUTOR_POLICY: policy, ...last.env },
    reject: false,
  });
  return exitCode === 0 ? null : `cleanup ended with ${exitCode}: ${stderr}`;
}

/** Byte by byte: the lines as they were printed, none missing before the last that came. */
function findFault(strike: Strike, result: JobResult, script: NumberedLines): string | null {
  const { state, exitCode, readableTrace } = result;
  const all = script.lines.join('');
  const came = readableTrace.match(/^line .*$/gm) ?? [];
  const got = came.map((line) => `${line}\n`).join('');
  // What was killed in the middle of a line has only its beginning.
  if (!all.startsWith(got.slice(0, -1))) return `lines lost, doubled or changed:\n${readableTrace}`;
  const own = script.exitCode === 0 ? 'success' : 'failed';
  const isOwnEnd =
    got === all && state === own && exitCode === (script.exitCode === 0 ? null : script.exitCode);
  // A strike may come when the script is over already.
  if (isOwnEnd || endsOf[strike].includes(state)) return null;
  return `ended as ${state} (exit code ${exitCode}) after ${came.length} of ${script.lines.length} lines:\n${readableTrace}`;
}

/** Cleanup tries for seconds, while all its connections are cut as well. */
function isForSweep(strike: Strike, { calls, state }: JobResult): boolean {
  const failed = calls.some(({ name, exitCode }) => name === 'cleanup' && exitCode !== 0);
  return failed || (state === 'running' && strike === 'runner and executor killed, then sweep');
}

/** Beside the script's own end with all its lines; `running`: nobody told GitLab. */
const endsOf: Readonly<Record<Strike, readonly JobResult['state'][]>> = {
  'cuts only': [],
  cancelled: ['canceled'],
  'pod deleted': ['failed'],
  'executor killed': ['failed'],
  'runner and executor killed, then cleanup': ['running'],
  'runner and executor killed, then sweep': ['running'],
};
