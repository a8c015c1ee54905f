// One call of the real executable, as GitLab Runner makes it: a process group of its own, nothing on stdin, pipes for its words.
import { spawn } from 'node:child_process';
import { openChildPipe } from '../model-runner/runner/child-pipe.ts';

export interface StageCall {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface StageEnd {
  /** null: a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningStage {
  readonly pid: number;
  /** Resolves once it is over and its pipes are closed. */
  readonly end: Promise<StageEnd>;
  /** Resolves when what it said so far matches. @throws when it ends before that */
  says(words: RegExp): Promise<void>;
  /** To the process itself, not its group. */
  signal(name: NodeJS.Signals): void;
  /** Closes our end of its stdout, or its stderr, as a runner that dies does. */
  closeOutput(): void;
  closeErrors(): void;
}

export function startStage({ argv: [file = '', ...args], cwd, env }: StageCall): RunningStage {
  const pipes = { stdout: openChildPipe(), stderr: openChildPipe() };
  const child = spawn(file, args, {
    cwd,
    env: { ...env },
    stdio: ['ignore', pipes.stdout.writer, pipes.stderr.writer],
    detached: true,
  });
  const exited = new Promise<number | null>((resolve, reject) =>
    child.once('exit', resolve).once('error', reject),
  );
  for (const pipe of Object.values(pipes)) pipe.closeWriter();
  const said = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  const collect = (name: 'stdout' | 'stderr'): Promise<void> => {
    const { reader } = pipes[name];
    reader.on('data', (chunk: Buffer) => {
      said[name] += chunk.toString('latin1');
      for (const listen of listeners) listen();
    });
    return new Promise((resolve) => reader.once('close', resolve));
  };
  // A shell's child may hold the pipes for longer than the shell lives: the end is when both are closed.
  const end = Promise.all([exited, collect('stdout'), collect('stderr')]).then(([exitCode]) => ({
    exitCode,
    stdout: decode(said.stdout),
    stderr: decode(said.stderr),
  }));
  return {
    pid: child.pid ?? 0,
    end,
    says: (words) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (words.test(said.stdout + said.stderr)) resolve();
        };
        listeners.add(look);
        look();
        void end.then(({ exitCode, stdout, stderr }) =>
          reject(new Error(`It ended (${exitCode}) and never said ${words}: ${stdout}${stderr}`)),
        );
      }),
    signal: (name) => void child.kill(name),
    closeOutput: () => void pipes.stdout.reader.destroy(),
    closeErrors: () => void pipes.stderr.reader.destroy(),
  };
}

/** Chunks end anywhere, also inside a character. */
function decode(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}
