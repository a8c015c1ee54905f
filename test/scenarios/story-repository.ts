// The git repository that a story's job is cloned from: the files of its folder, but for those that are about the story.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Story } from './story.ts';

const aboutTheStory = ['expected.yaml', 'given.yaml', 'policy.yaml'];

/** @returns its work tree, on `main` */
export function makeStoryRepository({ folder, ciFile, given: { submodule } }: Story, parent: string): string {
  const repository = mkdtempSync(join(parent, 'repository-'));
  const git = (...words: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Story', '-c', 'user.email=story@example.org', ...words], {
      cwd: repository,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  const isOfTheRepository = (path: string): boolean => {
    const name = basename(path);
    return path === folder || !(aboutTheStory.includes(name) || name === submodule);
  };
  git('init', '-q', '-b', 'main');
  // Before the rest, so that nothing else is in its commit.
  const library =
    submodule === null ? null : commitLibrary(git, { repository, from: join(folder, submodule) });
  cpSync(folder, repository, { recursive: true, filter: isOfTheRepository });
  writeFileSync(join(repository, '.gitlab-ci.yml'), ciFile);
  if (submodule !== null && library !== null) {
    // Relative, as GitLab recommends: the job's token then opens it. It is another branch of the same repository.
    writeFileSync(
      join(repository, '.gitmodules'),
      `[submodule "${submodule}"]\n\tpath = ${submodule}\n\turl = ../${basename(folder)}.git\n`,
    );
    git('update-index', '--add', '--cacheinfo', `160000,${library},${submodule}`);
    mkdirSync(join(repository, submodule));
  }
  git('add', '-A');
  git('commit', '-q', '-m', 'The story begins');
  return repository;
}

function commitLibrary(
  git: (...words: string[]) => string,
  { repository, from }: { readonly repository: string; readonly from: string },
): string {
  git('checkout', '-q', '--orphan', 'library');
  cpSync(from, repository, { recursive: true });
  git('add', '-A');
  git('commit', '-q', '-m', 'A library');
  const commit = git('rev-parse', 'HEAD');
  git('checkout', '-q', '--orphan', 'main');
  git('rm', '-rfq', '.');
  return commit;
}
