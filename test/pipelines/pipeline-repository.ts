// The git repository of a pipeline: the files of its folder, but for those that are about the pipeline.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { GalleryPipeline } from './gallery.ts';

const aboutThePipeline = ['pipeline.yaml', 'expected'];

type Git = (...words: string[]) => string;

/** @returns its work tree, on `main`; its last commit is a push of changes to the files of `pushed` */
export function makePipelineRepository(pipeline: GalleryPipeline, parent: string): string {
  const { folder, submodule, pushed, lfs } = pipeline;
  const repository = mkdtempSync(join(parent, 'repository-'));
  const git: Git = (...words) =>
    execFileSync('git', ['-c', 'user.name=Author', '-c', 'user.email=author@example.org', ...words], {
      cwd: repository,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      // Whatever this machine has set up for git, such as git-lfs.
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    }).trim();
  const isOfTheRepository = (path: string): boolean =>
    path === folder || ![...aboutThePipeline, submodule].includes(basename(path));
  git('init', '-q', '-b', 'main');
  if (submodule !== undefined) addSubmodule(git, repository, { folder, submodule });
  cpSync(folder, repository, { recursive: true, filter: isOfTheRepository });
  for (const path of lfs) moveToLfs(repository, path);
  git('add', '-A');
  git('commit', '-q', '-m', 'Begin');
  for (const path of pushed) appendFileSync(join(repository, path), 'changed\n');
  if (pushed.length > 0) git('commit', '-q', '-a', '-m', 'Change');
  return repository;
}

/** It is another branch of the same repository, named relatively, as GitLab recommends: the job's token opens it. */
function addSubmodule(
  git: Git,
  repository: string,
  { folder, submodule }: { readonly folder: string; readonly submodule: string },
): void {
  git('checkout', '-q', '--orphan', 'library');
  cpSync(join(folder, submodule), repository, { recursive: true });
  git('add', '-A');
  git('commit', '-q', '-m', 'A library');
  const commit = git('rev-parse', 'HEAD');
  git('checkout', '-q', '--orphan', 'main');
  git('rm', '-rfq', '.');
  const entry = `[submodule "${submodule}"]\n\tpath = ${submodule}\n\turl = ../${basename(folder)}.git\n`;
  writeFileSync(join(repository, '.gitmodules'), entry);
  git('update-index', '--add', '--cacheinfo', `160000,${commit},${submodule}`);
  mkdirSync(join(repository, submodule));
}

/**
 * As `git lfs track` and `git add` do: an attribute, and a pointer in the file's place; its content goes where the server has it from.
 * No folder here has the attribute itself: git-lfs on this machine would make a pointer of the gallery's own file.
 */
function moveToLfs(repository: string, path: string): void {
  const file = join(repository, path);
  const content = readFileSync(file);
  const id = createHash('sha256').update(content).digest('hex');
  const object = join(repository, '.git/lfs/objects', id.slice(0, 2), id.slice(2, 4), id);
  mkdirSync(dirname(object), { recursive: true });
  writeFileSync(object, content);
  appendFileSync(join(repository, '.gitattributes'), `${path} filter=lfs diff=lfs merge=lfs -text\n`);
  rmSync(file);
  writeFileSync(
    file,
    `version https://git-lfs.github.com/spec/v1\noid sha256:${id}\nsize ${content.length}\n`,
  );
}
