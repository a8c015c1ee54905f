// Which sandbox works on this machine, found out by starting one; or what to install.
import { execFileSync } from 'node:child_process';
import type { SandboxFacts } from './options.ts';

/** @throws Error that says what to install */
export async function probeSandbox(): Promise<SandboxFacts> {
  if (process.getuid?.() !== 0) throw new Error('The embedded cluster needs root here.');
  try {
    execFileSync('crun', ['--version'], { stdio: 'ignore' });
  } catch {
    throw new Error('The embedded cluster needs crun: apt-get install -y crun');
  }
  return Promise.resolve({ kind: 'crun-root', provesUserNamespace: true });
}
