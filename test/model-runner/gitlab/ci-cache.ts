// `cache:` of a job: one or several (GitLab: lib/gitlab/ci/pipeline/seed/build/cache.rb).
import { createHash } from 'node:crypto';
import { compileIncludePattern, isIncludePattern } from '../../../src/ci-file/includes/include-pattern.ts';
import type { PipelineContext } from '../ci-file/pipeline-context.ts';
import { isSettings, listOf, type Settings, textOf, textsOf } from '../ci-file/settings.ts';
import { blobOf, lastCommitOf } from './git-facts.ts';
import type { JobDefinition } from './job-definition.ts';
import type { Cache } from './job-payload.ts';

export function cachesOf(value: unknown, context: PipelineContext): NonNullable<JobDefinition['cache']> {
  return listOf(value)
    .filter(isSettings)
    .map((cache, index) => cacheOf(cache, index, context));
}

/** GitLab keeps the caches of protected refs apart. */
function cacheOf({ unprotect, ...cache }: Settings, index: number, context: PipelineContext): Partial<Cache> {
  const suffix = context.isProtected && unprotect !== true ? '-protected' : '-non_protected';
  const fallbacks = cache['fallback_keys'];
  return {
    ...cache,
    ...(cache['paths'] !== undefined && { paths: textsOf(cache['paths']) }),
    key: `${keyOf(cache['key'] ?? 'default', index, context)}${suffix}`,
    ...(fallbacks !== undefined && { fallback_keys: textsOf(fallbacks).map((key) => `${key}${suffix}`) }),
  };
}

function keyOf(key: unknown, index: number, context: PipelineContext): string {
  if (!isSettings(key)) return textOf(key);
  const { files, files_commits: commits, prefix = prefixOf(files, index) } = key;
  return [
    textOf(prefix),
    digestOf(files === undefined ? commitsOf(commits, context) : blobsOf(files, context)),
  ]
    .filter((part) => part !== '')
    .join('-');
}

/** Several caches of one job must not meet: `0_go`, `1_package-lock`. */
function prefixOf(files: unknown, index: number): string {
  const names = textsOf(files).map((file) => file.split('.')[0]);
  return names.length === 0 ? String(index) : `${index}_${names.join('_')}`;
}

/** Of what the files hold at the commit; patterns are as in `include`. */
function blobsOf(files: unknown, { from, git, files: all }: PipelineContext) {
  const paths = textsOf(files).flatMap((file) =>
    isIncludePattern(file) ? all().filter(compileIncludePattern(file)) : [file],
  );
  return paths.map((path) => blobOf(from.repository, { sha: git.sha, path }));
}

function commitsOf(files: unknown, { from, git }: PipelineContext) {
  return textsOf(files).map((path) => lastCommitOf(from.repository, { sha: git.sha, path }));
}

function digestOf(ids: readonly (string | null)[]): string {
  const known = [...new Set(ids.filter((id) => id !== null))].sort();
  return known.length === 0 ? 'default' : createHash('sha1').update(known.join('-')).digest('hex');
}
