import { chmodSync, globSync, lstatSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What is called, wherever it lies: the rest is read. */
const programs = new Set(['gitlab-pod-executor', 'node', 'ld.so', 'busybox', 'postinst', 'prerm', 'postrm']);
/** A completion has the name of what it completes. */
const isProgram = (path: string): boolean =>
  path.endsWith('.sh') || (programs.has(basename(path)) && !path.startsWith('usr/share/'));

/** The modes that a package has, whatever the umask of this machine: 755 for folders and programs, 644 for files. */
export function setModes(tree: string): void {
  chmodSync(tree, 0o755);
  for (const path of globSync('**/*', { cwd: tree })) {
    const file = join(tree, path);
    const stat = lstatSync(file);
    if (stat.isSymbolicLink()) continue;
    const isOpen = stat.isDirectory() || isProgram(path);
    chmodSync(file, isOpen ? 0o755 : 0o644);
  }
}
