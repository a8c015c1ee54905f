// A program run to its end. Its messages go to a file: what Node calls a pipe is a socket, which a resident cannot open a second time as
// it opens GitLab Runner's pipes.
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Program {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
}

/** @returns what it printed. @throws when it ends with another code than 0 */
export async function runProcess({ argv, env = process.env, stdin = '' }: Program): Promise<string> {
  const [file = '', ...args] = argv;
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const messages = join(directory, 'messages');
  const descriptor = openSync(messages, 'a');
  try {
    const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', descriptor] });
    child.stdin?.on('error', () => undefined).end(stdin);
    let printed = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    if (code !== 0)
      throw new Error(
        `${file} ${args.join(' ')} ended with ${String(code)}: ${readFileSync(messages, 'utf8')}`,
      );
    return printed;
  } finally {
    closeSync(descriptor);
    rmSync(directory, { recursive: true });
  }
}
