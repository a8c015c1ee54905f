// GitLab Runner for one job: the stages in its order, what it tries again, and what it does on a cancel (test/model-runner has all of it,
// and is compared with the real one; here is what decides about pods, scripts and logs).
import { buildsDirectory } from '../../src/layout/paths.ts';
import { launch, type StageEnd } from './launcher.ts';
import { isOfJob } from './model-pod.ts';
import { newPipe, type Pipe } from './pipe.ts';
import { planScript } from './script-plans.ts';
import { newProcess, type SimProcess } from './sim-process.ts';
import type { StageCall } from './stage-execution.ts';
import { between, happens, pause, type World } from './world.ts';

/** One call of the executor, as the runner saw it. */
export interface CallRecord {
  readonly stage: 'prepare' | 'run' | 'cleanup';
  readonly attempt: number;
  readonly subStage: string;
  /** Of the script; empty: none. */
  readonly token: string;
  readonly log: () => Buffer;
  readonly messages: () => string;
  readonly errors: readonly unknown[];
  /** null: it has not ended. */
  end: StageEnd | null;
  /** BUILD_EXIT_CODE_FILE */
  codeFile: string | null;
  /** Its script ran when it ended, in a pod that nobody had deleted. */
  isOutlived: boolean;
  /** The runner sent TERM. */
  wasStopped: boolean;
  /** When it began, and when it ended. */
  readonly from: number;
  until: number;
}

export interface RunnerJob {
  readonly id: number;
  readonly process: SimProcess;
  readonly calls: CallRecord[];
  /** null: it runs, or its runner was killed. */
  state: 'success' | 'failed' | 'system failure' | null;
  /** Asks the running stage to end, and calls no more but cleanup. */
  readonly cancel: () => void;
  readonly ended: Promise<unknown>;
  /** Of the clock: its runner ended, or was killed. */
  endedAt: number;
}

type Outcome = 'ok' | 'build' | 'system';

const codes = { build: 1, system: 2 };
const maxTries = 3;
/** `graceful_kill_timeout` */
const killAfterMilliseconds = 120_000;
const before = ['prepare_script', 'get_sources', 'restore_cache', 'download_artifacts'];

interface Running {
  readonly world: World;
  readonly job: RunnerJob;
  readonly directory: string;
  readonly attempt: number;
}

export function startJob(world: World, id: number): RunnerJob {
  const process = newProcess(`runner of job ${id}`);
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const canceled = Promise.withResolvers<undefined>();
  let isCanceled = false;
  const job: CancelableJob = {
    ...{ id, process, calls: [], state: null, endedAt: Infinity, ended: promise, canceled: canceled.promise },
    isCanceled: () => isCanceled,
    cancel: () => {
      isCanceled = true;
      canceled.resolve(undefined);
    },
  };
  world.processes.add(process);
  process.onEnd(() => {
    world.processes.delete(process);
    job.endedAt = world.clock.now();
    resolve(undefined);
  });
  process.deliver(() => void runJob(world, job).then(() => process.end()));
  return job;
}

interface CancelableJob extends RunnerJob {
  readonly isCanceled: () => boolean;
  readonly canceled: Promise<unknown>;
}

async function runJob(world: World, job: CancelableJob): Promise<void> {
  for (let attempt = 1; attempt <= maxTries; attempt++) {
    const running: Running = {
      world,
      job,
      attempt,
      directory: `/tmp/runner/custom-executor-${job.id}-${attempt}`,
    };
    world.directories.add(running.directory);
    world.files.set(`${running.directory}/response.json`, responseOf(job));
    const prepared = await callStage(running, 'prepare');
    const outcome = prepared === 'ok' ? await runScripts(running) : prepared;
    await callStage(running, 'cleanup');
    removeDirectory(world, running.directory);
    job.state = outcome === 'ok' ? 'success' : outcome === 'build' ? 'failed' : 'system failure';
    if (prepared !== 'system' || job.isCanceled()) return;
    await pause(world, job.process, 3000);
  }
}

function removeDirectory({ directories, files }: World, directory: string): void {
  directories.delete(directory);
  for (const path of files.keys()) if (path.startsWith(`${directory}/`)) files.delete(path);
}

async function runScripts(running: Running): Promise<Outcome> {
  const isOver = (): boolean => (running.job as CancelableJob).isCanceled();
  let outcome: Outcome = 'ok';
  for (const subStage of before) {
    if (outcome === 'ok' && !isOver()) outcome = await callStage(running, 'run', subStage);
  }
  if (outcome === 'ok' && !isOver()) {
    outcome = await callStage(running, 'run', 'step_script');
    if (!isOver()) await callStage(running, 'run', 'after_script');
  }
  const suffix = outcome === 'ok' ? 'success' : 'failure';
  if (!isOver())
    await callStage(running, 'run', outcome === 'ok' ? 'archive_cache' : 'archive_cache_on_failure');
  if (!isOver()) outcome = worse(outcome, await callStage(running, 'run', `upload_artifacts_on_${suffix}`));
  await callStage(running, 'run', 'cleanup_file_variables');
  return isOver() && outcome === 'ok' ? 'build' : outcome;
}

const worse = (one: Outcome, other: Outcome): Outcome => (one === 'ok' ? other : one);

async function callStage(running: Running, stage: CallRecord['stage'], subStage = ''): Promise<Outcome> {
  const { world, job, directory, attempt } = running;
  const { process } = job;
  await pause(world, process, between(world, 1, 5));
  const log = newPipe();
  const messages = newPipe();
  const errors: unknown[] = [];
  const token = stage === 'run' ? planScript(world, `${job.id}-${attempt}-${job.calls.length}`) : '';
  const record: CallRecord = {
    ...{
      stage,
      attempt,
      subStage,
      token,
      errors,
      end: null,
      codeFile: null,
      isOutlived: false,
      wasStopped: false,
    },
    log: readAll(world, process, log),
    messages: readAllText(world, process, messages),
    ...{ from: world.clock.now(), until: Infinity },
  };
  job.calls.push(record);
  const call: StageCall = {
    ...{ log, messages, errors },
    argv: [stage, ...(stage === 'run' ? [writeScript(world, directory, token), subStage] : [])],
    env: environment(directory),
  };
  world.tell(`job ${job.id}: ${call.argv.join(' ')}`);
  const launched = launch(
    world,
    call,
    () => process.state() !== 'dead' || world.mutation === 'orphans-go-on',
  );
  const end = await untilEnded(running, record, launched);
  record.isOutlived = isRunning(world, job.id, token);
  record.codeFile = world.files.get(codeFileIn(directory)) ?? null;
  world.files.delete(codeFileIn(directory));
  // What is in the pipes, it reads to the end before it goes on.
  await untilRead(world, process, [log, messages]);
  record.end = end;
  record.until = world.clock.now();
  world.tell(`job ${job.id}: ${stage} ${subStage} ends with ${end.code ?? 'a signal'}`);
  return end.code === 0 ? 'ok' : end.code === codes.build ? 'build' : 'system';
}

function isRunning({ truths, cluster }: World, id: number, token: string): boolean {
  if (!truths.get(token)?.isRunning) return false;
  return [...cluster.pods.values()].some((pod) => isOfJob(pod, id) && !pod.isBeingDeleted());
}

/** TERM on a cancel, KILL much later. */
async function untilEnded(
  { world, job }: Running,
  record: CallRecord,
  launched: ReturnType<typeof launch>,
): Promise<StageEnd> {
  const stop = (): void => {
    record.wasStopped = true;
    launched.term();
    if (happens(world, 0.3)) world.clock.after(between(world, 1, 3000), launched.term);
    world.clock.after(killAfterMilliseconds, launched.process.end);
  };
  if (record.stage !== 'cleanup') void (job as CancelableJob).canceled.then(stop);
  const { promise, resolve } = Promise.withResolvers<StageEnd>();
  // Whoever waits for a child sees its end a moment after it is there.
  void launched.ended.then((end) => world.clock.after(0.1, () => job.process.deliver(() => resolve(end))));
  return promise;
}

async function untilRead(world: World, process: SimProcess, pipes: readonly Pipe[]): Promise<void> {
  for (const pipe of pipes) while (!pipe.isDone()) await pause(world, process, 5);
}

function readAll(world: World, process: SimProcess, pipe: Pipe): () => Buffer {
  const parts: Buffer[] = [];
  const read = (): void => {
    const bytes = pipe.read(between(world, 1, 65_536));
    if (bytes === null || bytes.byteLength === 0) return;
    parts.push(bytes);
    // More may wait.
    onReadable();
  };
  const onReadable = (): void =>
    void world.clock.after(happens(world, world.weather.slowReader) ? between(world, 1, 4000) : 0.2, () =>
      process.deliver(read),
    );
  pipe.setReader(onReadable);
  process.onEnd(() => pipe.closeReader());
  return () => Buffer.concat(parts);
}

function readAllText(world: World, process: SimProcess, pipe: Pipe): () => string {
  const bytes = readAll(world, process, pipe);
  return () => bytes().toString();
}

const codeFileIn = (directory: string): string => `${directory}/build_exit_code`;

function environment(directory: string): Record<string, string> {
  return {
    TMPDIR: directory,
    JOB_RESPONSE_FILE: `${directory}/response.json`,
    BUILD_EXIT_CODE_FILE: codeFileIn(directory),
    BUILD_FAILURE_EXIT_CODE: `${codes.build}`,
    SYSTEM_FAILURE_EXIT_CODE: `${codes.system}`,
  };
}

function writeScript(world: World, directory: string, token: string): string {
  const path = `${directory}/script-${token}`;
  world.files.set(path, `#!/bin/sh\ncd "${buildsDirectory}/group/project"\n# ${token}\n`);
  return path;
}

function responseOf({ id }: RunnerJob): string {
  return JSON.stringify({
    id,
    job_info: {
      name: 'test',
      project_id: 42,
      project_full_path: 'group/project',
      instance_uuid: 'instance-1',
    },
    git_info: { repo_url: 'https://gitlab.example.org/group/project.git', ref: 'main' },
    runner_info: { timeout: 3600 },
    image: { name: 'ruby:3.4' },
    credentials: [{ type: 'registry', url: 'registry.example.org', username: 'u', password: 'p' }],
  });
}
