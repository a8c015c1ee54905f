import { spawnSync } from 'node:child_process';

/** Enough for the lists that dpkg and ldd print. */
const maxOutput = 16 * 1024 * 1024;

/** @returns its stdout. @throws Error with the tool's own last words, or with the Debian package that has it */
export function runTool(
  [tool = '', ...args]: readonly string[],
  { debianPackage, cwd }: { readonly debianPackage: string; readonly cwd?: string },
): string {
  const { status, signal, error, stdout, stderr } = spawnSync(tool, args, {
    ...(cwd !== undefined && { cwd }),
    encoding: 'utf8',
    maxBuffer: maxOutput,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
    throw new Error(`${tool} is missing. On Debian: apt-get install ${debianPackage}`);
  if (error) throw error;
  if (status !== 0) throw new Error(`${tool} failed (${signal ?? `exit code ${status}`}): ${stderr.trim()}`);
  return stdout;
}
