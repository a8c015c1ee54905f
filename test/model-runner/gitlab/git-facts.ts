// What GitLab knows of a commit, read from the repository itself.
import { execFileSync } from 'node:child_process';

export interface GitFacts {
  readonly ref: string;
  readonly refType: 'branch' | 'tag';
  readonly sha: string;
  readonly message: string;
  readonly author: string;
}

const none = { sha: '0'.repeat(40), message: '', author: '' };

/** Without a repository: a commit that nobody has. */
export function readGitFacts(
  repository: string | undefined,
  wanted: { readonly ref?: string | undefined; readonly sha?: string | undefined },
): GitFacts {
  if (repository === undefined) {
    return { ...none, ref: wanted.ref ?? 'main', refType: 'branch', sha: wanted.sha ?? none.sha };
  }
  const ref = wanted.ref ?? git(repository, ['symbolic-ref', '--short', 'HEAD']);
  const sha = wanted.sha ?? git(repository, ['rev-parse', '--verify', `${ref}^{commit}`]);
  const [author = '', ...message] = git(repository, ['show', '-s', '--format=%an <%ae>%n%B', sha]).split(
    '\n',
  );
  const isTag = git(repository, ['tag', '--list', ref]) !== '';
  return { ref, refType: isTag ? 'tag' : 'branch', sha, author, message: message.join('\n').trim() };
}

/** The file's text at that commit; null: there is none. */
export function readGitFile(
  repository: string,
  file: { readonly sha: string; readonly path: string },
): string | null {
  return optional(() => git(repository, ['show', `${file.sha}:${file.path}`]));
}

/** The paths of all files at that commit, in git's order. */
export function listGitFiles(repository: string, sha: string): readonly string[] {
  return listed(git(repository, ['ls-tree', '-r', '-z', '--name-only', sha]));
}

/** The paths that differ between two commits. */
export function listChangedFiles(repository: string, from: string, to: string): readonly string[] {
  return listed(git(repository, ['diff', '--name-only', '-z', from, to]));
}

/** The object that holds the file's content at that commit; null: there is no such file. */
export function blobOf(repository: string, file: { readonly sha: string; readonly path: string }) {
  return optional(() => git(repository, ['rev-parse', '--verify', `${file.sha}:${file.path}`]));
}

/** The last commit up to that one in which the file changed; null: in none. */
export function lastCommitOf(repository: string, file: { readonly sha: string; readonly path: string }) {
  return optional(() => git(repository, ['log', '-1', '--format=%H', file.sha, '--', file.path])) || null;
}

const listed = (text: string): readonly string[] => text.split('\0').filter((path) => path !== '');

function optional(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** Where git keeps the repository: the directory itself when it is bare. */
export function gitDirectory(repository: string): string {
  return git(repository, ['rev-parse', '--absolute-git-dir']);
}

function git(repository: string, words: readonly string[]): string {
  // The repository may belong to somebody else, as a checkout in a container often does.
  const trust = ['-c', 'safe.directory=*'];
  const command = [...trust, '-C', repository, ...words];
  return execFileSync('git', command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd();
}
