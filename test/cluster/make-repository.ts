import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A git repository with one commit on `main`. @returns its work tree */
export function makeRepository(
  directory: string,
  files: Readonly<Record<string, string>> = { 'README.md': 'hello from the repository\n' },
): string {
  const repository = mkdtempSync(join(directory, 'repository-'));
  const git = (...args: string[]): void => {
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', ...args], {
      cwd: repository,
      stdio: 'pipe',
    });
  };
  git('init', '-q', '-b', 'main');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(repository, name), text);
  git('add', '-A');
  git('commit', '-q', '-m', 'First commit');
  return repository;
}
