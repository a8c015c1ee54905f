// A resident for a suite, started as an operator starts it, and ended or killed as machines do it.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAtStart } from '../../src/resident/check-same-start.ts';
import { executable } from '../cluster/cluster-under-test.ts';

export interface TestResident {
  /** GITLAB_POD_EXECUTOR_RESIDENT */
  readonly directory: string;
  /** Of its build, below `directory`. */
  readonly place: () => string;
  readonly pid: number;
  /** What it said so far. */
  readonly said: () => string;
  readonly signal: (name: NodeJS.Signals) => void;
  readonly ended: Promise<number | null>;
  /** Kills it, if it lives. */
  readonly stop: () => Promise<void>;
}

function newResidentDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'resident-'));
}

/** Stages that have this machine's own certificates are served by a resident that has them too. */
function environmentOfNode(): NodeJS.ProcessEnv {
  return Object.fromEntries(['PATH', ...readAtStart].map((name) => [name, process.env[name]]));
}

/** @throws with its words when it does not serve */
export async function startTestResident(
  directory = newResidentDirectory(),
  program: readonly string[] = [executable],
): Promise<TestResident> {
  const [file = '', ...words] = program;
  const child = spawn(file, [...words, 'serve'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...environmentOfNode(), GITLAB_POD_EXECUTOR_RESIDENT: directory },
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let said = '';
  const serving = new Promise<void>((resolve) =>
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('Serving in ')) resolve();
    }),
  );
  const isServing = await Promise.race([serving.then(() => true), ended.then(() => false)]);
  if (!isServing) throw new Error(said);
  return resident(child, directory, ended, () => said);
}

function resident(
  child: ChildProcess,
  directory: string,
  ended: Promise<number | null>,
  said: () => string,
): TestResident {
  return {
    directory,
    place: () => join(directory, readdirSync(directory)[0] ?? ''),
    pid: child.pid ?? 0,
    said,
    signal: (name) => void child.kill(name),
    ended,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
