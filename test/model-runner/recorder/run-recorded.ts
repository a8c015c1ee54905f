// Runs a job on the host with the recording executor, for the tests of the model runner itself.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RunJobOptions } from '../options.ts';
import { quickPauses } from '../quick-pauses.ts';
import type { JobResult } from '../result.ts';
import { runJob } from '../run-job.ts';

const recorder = join(import.meta.dirname, 'executor');
const standIn = join(import.meta.dirname, '../stand-in');

export const executor = {
  config: [recorder, 'config'],
  prepare: [recorder, 'prepare'],
  run: [recorder, 'run'],
  cleanup: [recorder, 'cleanup'],
};

/** A directory that is gone after the test. */
export interface Scratch extends Disposable {
  readonly path: string;
}

export function makeScratch(): Scratch {
  const path = mkdtempSync(join(tmpdir(), 'model-runner-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export interface RecordedOptions extends Omit<RunJobOptions, 'executor' | 'tempDir'> {
  /** Default: the recorder for every call. */
  readonly executor?: RunJobOptions['executor'];
  /** See the recorder: `build_script=exit:2 prepare=say:HELLO`. */
  readonly faults?: string;
  /** false: `gitlab-runner` is not on the job's PATH. */
  readonly hasHelper?: boolean;
  /** What `git lfs` does, in sh. Default: it is not there, whatever this machine has. */
  readonly gitLfs?: string;
}

/** As runJob, with quick pauses; every call of one `scratch` is kept in it. */
export async function runRecorded(scratch: Scratch, options: RecordedOptions): Promise<JobResult> {
  const { faults, hasHelper, gitLfs, runner, env, ...rest } = options;
  const place = recordedEnvironment(scratch, { faults, hasHelper, gitLfs });
  return await runJob({
    ...rest,
    executor: options.executor ?? executor,
    tempDir: place.tempDir,
    env: { ...place.env, ...env },
    runner: { ...runner, pauses: { ...quickPauses, ...runner?.pauses } },
  });
}

/** What jobs run in: the directories of the recorder, and what its programs find. */
export function recordedEnvironment(
  scratch: Scratch,
  options: { readonly [Key in 'faults' | 'hasHelper' | 'gitLfs']?: RecordedOptions[Key] | undefined } = {},
) {
  const { faults = '', hasHelper = true, gitLfs = 'exit 1' } = options;
  const record = join(scratch.path, 'record');
  const tempDir = join(scratch.path, 'tmp');
  for (const path of [record, tempDir]) mkdirSync(path, { recursive: true });
  const programs = join(scratch.path, 'bin');
  writeProgram(join(programs, 'git-lfs'), gitLfs);
  const path = process.env['PATH'] ?? '';
  const jobsPath = `${programs}:${path}`;
  const env = {
    PATH: path,
    HOME: scratch.path,
    RECORDER_DIR: record,
    RECORDER_FAULTS: faults,
    RECORDER_PATH: hasHelper ? `${standIn}:${jobsPath}` : jobsPath,
    STAND_IN_NODE: process.execPath,
  };
  return { tempDir, env, runner: { pauses: quickPauses } };
}

function writeProgram(path: string, script: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** What the calls really found in their environment, in order. */
export function recordedEnvironments(
  scratch: Scratch,
): readonly { readonly call: string; readonly text: string }[] {
  const directory = join(scratch.path, 'record');
  const names = readdirSync(directory).filter((name) => name.endsWith('.env'));
  return names.sort().map((name) => ({
    call: name.slice('000-'.length, -'.env'.length),
    text: readFileSync(join(directory, name), 'utf8'),
  }));
}

/** A repository with these files in one commit on `main`. */
export function makeRepository(scratch: Scratch, files: Readonly<Record<string, string>>): string {
  const repository = join(scratch.path, 'repository');
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(repository, name)), { recursive: true });
    writeFileSync(join(repository, name), content);
  }
  const identity = ['-c', 'user.name=Dev Eloper', '-c', 'user.email=dev@example.com'];
  const git = (...words: readonly string[]) => execFileSync('git', ['-C', repository, ...words]);
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', '.');
  git(...identity, 'commit', '--quiet', '--message', 'Initial commit');
  return repository;
}
