// Just enough of a root for the `sleep` that holds a pod's namespaces.
import { existsSync, lstatSync, mkdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

export function makeHolderRoot(directory: string): { source: string; destination: string }[] {
  const mounts = [{ source: '/usr', destination: '/usr' }];
  for (const name of ['dev', 'proc', 'usr']) mkdirSync(join(directory, name), { recursive: true });
  for (const name of ['bin', 'lib', 'lib64']) {
    const source = join('/', name);
    if (!existsSync(source)) continue;
    if (lstatSync(source).isSymbolicLink()) {
      symlinkSync(readlinkSync(source), join(directory, name));
    } else {
      mkdirSync(join(directory, name));
      mounts.push({ source, destination: source });
    }
  }
  return mounts;
}
