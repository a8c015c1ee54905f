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
  try {
    return git(repository, ['show', `${file.sha}:${file.path}`]);
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
