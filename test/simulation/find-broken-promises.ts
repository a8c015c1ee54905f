// What must hold of each job, whatever happened to it.
import { BuildFailure } from '../../src/outcome/build-failure.ts';
import { isOfJob } from './model-pod.ts';
import type { CallRecord, RunnerJob } from './runner.ts';
import { logLimit } from './stage-execution.ts';
import type { ScriptTruth, World } from './world.ts';

/** Of a job whose runner has ended, and to which nothing happens any more. @param struck what happened to this simulation */
export function findBrokenPromises(
  world: World,
  jobs: readonly RunnerJob[],
  struck: ReadonlySet<string>,
): string[] {
  return [
    ...world.faults,
    ...jobs.flatMap((job) =>
      job.calls.flatMap((call) => nameFaults(job, call, faultsOf(world, call, struck))),
    ),
    ...jobs.flatMap((job) => falseSuccess(world, job)),
    ...leftovers(world, jobs),
    ...orphans(world, jobs, struck),
  ];
}

function nameFaults(job: RunnerJob, { stage, subStage, attempt }: CallRecord, faults: string[]): string[] {
  return faults.map((fault) => `job ${job.id}, attempt ${attempt}, ${stage} ${subStage}: ${fault}`);
}

function faultsOf(world: World, call: CallRecord, struck: ReadonlySet<string>): string[] {
  const truth = world.truths.get(call.token);
  const written = truth?.written ?? Buffer.alloc(0);
  const log = call.log();
  const faults: string[] = [];
  if (call.end === null) return prefixFaults(log, written);
  if (call.end.code !== null && ![0, 1, 2].includes(call.end.code)) faults.push(`exit code ${call.end.code}`);
  if (call.stage === 'run') faults.push(...prefixFaults(log, written), ...startFaults(truth));
  if (call.stage === 'run' && call.end.code === 0) faults.push(...successFaults(call, truth, log, written));
  // What the next script does first is to end it, where the cluster could not be reached.
  if (call.isOutlived && (call.end.code === 0 || (call.end.code !== null && isCalm(world, struck))))
    faults.push(`its script runs on (exit code ${call.end.code})`);
  if (call.end.code === 1) faults.push(...buildFailureFaults(world, call, struck));
  return faults;
}

/** Whoever was killed, or could not reach the cluster, could not end it. */
const harmless = new Set([
  'runner killed',
  'job canceled',
  'false status',
  'connections reset',
  'launcher stopped',
]);
const isCalm = ({ weather }: World, struck: ReadonlySet<string>): boolean =>
  weather.refusal === 0 && [...struck].every((name) => harmless.has(name));

/** It is noticed within two seconds, and the deletion has five. */
const orphanMilliseconds = 10_000;

/** Who notices that the runner was killed deletes the pod; a script that runs on for long shows that nobody did. */
function orphans(world: World, jobs: readonly RunnerJob[], struck: ReadonlySet<string>): string[] {
  if (!isCalm(world, struck)) return [];
  return jobs
    .filter(({ calls, endedAt }) => {
      const last = calls.at(-1);
      const truth = world.truths.get(last?.token ?? '');
      return last?.end === null && truth && truth.endedAt > endedAt + orphanMilliseconds;
    })
    .map(({ id }) => `the runner of job ${id} is gone, and its script runs on`);
}

function prefixFaults(log: Buffer, written: Buffer): string[] {
  if (log.equals(written.subarray(0, log.byteLength))) return [];
  return [`the log is not what the script wrote: ${excerpt(log)} instead of ${excerpt(written)}`];
}

function startFaults(truth: ScriptTruth | undefined): string[] {
  return truth && truth.starts > 1 ? [`the script was started ${truth.starts} times`] : [];
}

function successFaults(
  call: CallRecord,
  truth: ScriptTruth | undefined,
  log: Buffer,
  written: Buffer,
): string[] {
  // With the workspace in the pod, what would tidy it up has nothing to do.
  if (call.subStage === 'cleanup_file_variables' && !truth) return [];
  if (truth?.exitCode !== 0) return [`success, and the script ended with ${truth?.exitCode ?? 'nothing'}`];
  return log.equals(written)
    ? []
    : [`success without the last ${written.byteLength - log.byteLength} bytes of the log`];
}

function buildFailureFaults(world: World, call: CallRecord, struck: ReadonlySet<string>): string[] {
  const error = call.errors.findLast((each) => each instanceof BuildFailure);
  const truth = world.truths.get(call.token);
  const length = call.log().byteLength;
  switch (error?.code) {
    case 'script-failed': {
      const isTrue = truth?.exitCode === error.exitCode && error.exitCode !== 0;
      const isWhole = length === truth?.written.byteLength;
      // On a full disk GitLab shows 1.
      const isTold = call.codeFile === `${error.exitCode}\n` || struck.has('disk full');
      return isTrue && isWhole && isTold
        ? []
        : [
            `script-failed with ${error.exitCode} (file: ${call.codeFile}); the script ended with ${truth?.exitCode}, ${length} of ${truth?.written.byteLength} bytes`,
          ];
    }
    case 'log-limit-exceeded':
      return length === logLimit ? [] : [`the log is cut at ${length}`];
    case 'out-of-memory':
      return struck.has('container out of memory') || world.plans.get(call.token)?.killsAll
        ? []
        : ['out of memory, and nothing was'];
    default:
      return [`the author is blamed: ${error?.code}`];
  }
}

function falseSuccess(world: World, job: RunnerJob): string[] {
  if (job.state !== 'success') return [];
  const main = job.calls.findLast(({ subStage }) => subStage === 'step_script');
  const truth = world.truths.get(main?.token ?? '');
  return truth?.exitCode === 0
    ? []
    : [`job ${job.id} is green, and its script ended with ${truth?.exitCode}`];
}

/** Only where cleanup said that it could do its work: else it is left to sweep. */
function leftovers(world: World, jobs: readonly RunnerJob[]): string[] {
  const faults: string[] = [];
  for (const job of jobs) {
    const last = job.calls.at(-1);
    if (last?.stage !== 'cleanup' || last.end?.code !== 0) continue;
    for (const pod of world.cluster.pods.values())
      if (isOfJob(pod, job.id) && !pod.isBeingDeleted()) faults.push(`the pod of job ${job.id} is left`);
    for (const secret of world.cluster.secrets.values())
      if (isOfJob(secret, job.id)) faults.push(`a secret of job ${job.id} is left`);
    for (const { metadata } of world.cluster.claims.claims.values())
      if (metadata.labels?.['gitlab-pod-executor/job-id'] === `${job.id}`)
        faults.push(`job ${job.id} still holds ${metadata.name}`);
    for (const path of world.files.keys())
      if (path.startsWith(`/tmp/runner/custom-executor-${job.id}-${last.attempt}/`))
        faults.push(`${path} is left`);
  }
  return faults;
}

function excerpt(bytes: Buffer): string {
  return JSON.stringify(
    bytes
      .toString('latin1')
      .replace(/\.{9,}/g, '…')
      .slice(-200),
  );
}
