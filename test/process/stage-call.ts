// One call of the real executable, as GitLab Runner makes it: a process group of its own, nothing on stdin, pipes for its words.
import { execa } from 'execa';

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
  const child = execa(file, args, {
    cwd,
    env,
    extendEnv: false,
    stdin: 'ignore',
    detached: true,
    reject: false,
    // A shell's child may hold the pipes for longer than the shell lives: the end is when both are closed.
    cleanup: false,
    // A stage that does not end on TERM is what some tests are about.
    forceKillAfterDelay: false,
    stripFinalNewline: false,
    maxBuffer: 64 * 1024 * 1024,
  });
  const said = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  const pipe = (name: 'stdout' | 'stderr'): void => {
    child[name].on('data', (chunk: Buffer) => {
      said[name] += chunk.toString('latin1');
      for (const listen of listeners) listen();
    });
  };
  pipe('stdout');
  pipe('stderr');
  const end = child.then(({ exitCode }) => ({
    exitCode: exitCode ?? null,
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
    closeOutput: () => child.stdout.destroy(),
    closeErrors: () => child.stderr.destroy(),
  };
}

/** Chunks end anywhere, also inside a character. */
function decode(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}
