// Node makes no FIFOs by itself.
import { execa } from 'execa';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import { plainLine } from '../../src/text/plain-text.ts';

/** There may be one for each path, and one says enough. */
const shownCharacters = 200;

/** Mode 0600. @throws SystemFailure when one of them exists, or the disk is full */
export async function fifoMaker(paths: readonly string[]): Promise<void> {
  const options = { stdin: 'ignore', cleanup: false, reject: false } as const;
  const made = await execa('mkfifo', ['-m', '600', '--', ...paths], options);
  if (!made.failed) return;
  // Absent when it did not start.
  const stderr = (made.stderr as string | undefined) ?? '';
  const words = stderr.split('\n')[0] || (made.code ?? 'it failed');
  throw new SystemFailure('resident', {
    what: `Cannot make FIFOs: ${plainLine(words).slice(0, shownCharacters)}.`,
    operator: "make room in the resident's directory; `mkfifo` is of coreutils.",
  });
}
