// Node makes no FIFOs by itself.
import { execa } from 'execa';

/** Mode 0600. @throws Error when one of them exists, or the disk is full */
export async function fifoMaker(paths: readonly string[]): Promise<void> {
  await execa('mkfifo', ['-m', '600', '--', ...paths], { stdin: 'ignore', cleanup: false });
}
