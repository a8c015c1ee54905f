// A program that starts another one in a container complains on that one's stderr when it cannot. Such words are the runtime's, not
// the process's: stderr waits as long as it reads like them, until it is clear whose they are.
import { type ByteReader, type ProcessPlan, StartFailure } from './sandbox.ts';

/** setsid (util-linux, busybox), nsenter; crun, beside its log. The first two may write in pieces. */
const complaint = /^((setsid|nsenter): ?((failed to|can't) execute .*)?|executable file `.*)$/s;

/** As of a shell: found but not executable, not found. */
export const notExecuted = [126, 127];

/**
 * Runtimes make every exec the leader of a session and a process group; crun and nsenter do not. setsid does, without a fork, and
 * becomes the program.
 */
export const inOwnSession = (plan: ProcessPlan, setsid: string | null): ProcessPlan =>
  setsid === null || plan.args.length === 0 ? plan : { ...plan, args: [setsid, ...plan.args] };

export interface StartOutput {
  /** stderr without the runtime's complaint. */
  readonly stderr: ByteReader;
  /** What is held back; '' if nothing. */
  readonly held: () => string;
}

/** @param outcome what the process came to; a StartFailure makes the held words disappear */
export function holdStartOutput(
  stderr: ByteReader,
  outcome: () => Promise<number | StartFailure>,
): StartOutput {
  let held: Buffer | null = Buffer.alloc(0);
  const textOf = (bytes: Buffer | null): string => bytes?.toString('latin1') ?? '';
  return {
    held: () => textOf(held),
    stderr: {
      ...stderr,
      onData(listener) {
        const release = (): void => {
          if (held && held.length > 0) listener(held);
          held = null;
        };
        stderr.onData((chunk) => {
          if (held === null) {
            listener(chunk);
            return;
          }
          held = Buffer.concat([held, chunk]);
          if (!complaint.test(textOf(held))) release();
        });
        void outcome().then((result) => {
          if (!(result instanceof StartFailure)) release();
        });
      },
    },
  };
}
