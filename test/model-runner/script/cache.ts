// restore_cache and archive_cache: local archives under cache_dir, or the shared cache when the runner has one
// (shells/abstract.go cacheExtractor, archiveCache).
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Cache } from '../gitlab/job-payload.ts';
import { presignUrl } from '../gitlab/presigned-url.ts';
import { allVariables, type Build } from '../runner/build.ts';
import { expandText, variableValue } from '../runner/variables.ts';
import { sanitizeCacheKey } from './cache-key.ts';
import { changeOwnership, enterProject, withRunner, writeExports } from './exports.ts';
import type { ShellScript } from './shell-script.ts';
import { isWanted } from './wanted.ts';

/** false: no cache of the job has anything in it. */
export function writeRestoreCache(script: ShellScript, build: Build): boolean {
  const caches = build.payload.cache.filter(hasContent);
  if (caches.length === 0) return false;
  writeExports(script, build);
  enterProject(script, build);
  for (const cache of caches) {
    const key = cacheKey(script, build, cache.key);
    if (key === '') script.notice('Skipping cache extraction due to empty cache key');
    else if (policyOf(build, cache) === 'push') script.notice(`Not downloading cache ${key} due to policy`);
    else {
      const keys = [key, ...fallbackKeys(script, build, cache)];
      withRunner(script, 'Extracting cache', () => writeExtract(script, build, { cache, keys }));
    }
  }
  changeOwnership(script, build, [build.cacheDir, build.rootDir]);
  return true;
}

export function writeArchiveCache(script: ShellScript, build: Build, succeeded: boolean): boolean {
  const caches = build.payload.cache.filter((cache) => hasContent(cache) && isWanted(cache.when, succeeded));
  if (caches.length === 0) return false;
  writeExports(script, build);
  enterProject(script, build);
  for (const cache of caches) {
    const key = cacheKey(script, build, cache.key);
    if (key === '') script.notice('Skipping cache archiving due to empty cache key');
    else if (policyOf(build, cache) === 'pull') script.notice(`Not uploading cache ${key} due to policy`);
    else withRunner(script, 'Creating cache', () => writeArchive(script, build, { cache, key }));
  }
  return true;
}

function writeExtract(
  script: ShellScript,
  build: Build,
  { cache, keys }: { readonly cache: Cache; readonly keys: readonly string[] },
): void {
  const [key = '', ...others] = keys;
  script.notice(`Checking cache for ${key}...`);
  const names = archiveNames(build, key);
  const words = [
    'cache-extractor',
    '--file',
    archivePath(build, names.primary),
    '--timeout',
    timeoutOf(build),
  ];
  const read = (name: string, isSharded: boolean) => ({
    url: sharedUrl(build, { method: 'GET', name, isSharded }),
    headUrl: sharedUrl(build, { method: 'HEAD', name, isSharded }),
  });
  const primary = read(names.primary, isHashing(build));
  const alternate = read(names.alternate, !isHashing(build));
  const command = [
    ...['gitlab-runner', ...words],
    ...(isShared(build) ? ['--url', primary.url, '--head-url', primary.headUrl] : []),
    ...(isShared(build) ? ['--alternate-url', alternate.url, '--alternate-head-url', alternate.headUrl] : []),
  ];
  script.when(
    `${command.map(script.quote).join(' ')} `,
    () => script.notice('Successfully extracted cache'),
    () => {
      script.warning('Failed to extract cache');
      if (build.flags.get('FF_CLEAN_UP_FAILED_CACHE_EXTRACT')) {
        for (const path of cache.paths) {
          script.plain(`Removing ${path}`);
          script.removeDirectory(path);
        }
      }
      if (others.length > 0) writeExtract(script, build, { cache, keys: others });
    },
  );
}

function writeArchive(
  script: ShellScript,
  build: Build,
  { cache, key }: { readonly cache: Cache; readonly key: string },
): void {
  const envFile = script.tempFile('gitlab_runner_cache_env');
  const metadata = JSON.stringify({ cachekey: key }).replace(/["\\]/g, '\\$&');
  const names = archiveNames(build, key);
  const object = { name: names.primary, isSharded: isHashing(build) };
  const headers = { 'X-Amz-Meta-Cachekey': key };
  const words = [
    ...['cache-archiver', '--file', archivePath(build, names.primary)],
    ...['--alternate-file', archivePath(build, names.alternate)],
    ...['--timeout', timeoutOf(build), ...cache.paths.flatMap((path) => ['--path', path])],
    ...(cache.untracked ? ['--untracked'] : []),
    ...(isShared(build) ? ['--url', sharedUrl(build, { method: 'PUT', ...object, headers })] : []),
    ...(isShared(build)
      ? Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`])
      : []),
    ...(isShared(build) ? ['--check-url', sharedUrl(build, { method: 'HEAD', ...object })] : []),
    ...['--env-file', envFile],
  ];
  script.notice(`Creating cache ${key}...`);
  script.line(`cat << EOF > ${envFile}\nCACHE_METADATA="${metadata}"\nEOF\n`);
  script.when(
    `${['gitlab-runner', ...words].map(script.quote).join(' ')} `,
    () => script.notice('Created cache'),
    () => script.warning('Failed to create cache'),
  );
  script.removeFile(envFile);
}

function hasContent(cache: Cache): boolean {
  return cache.paths.length > 0 || cache.untracked;
}

function policyOf(build: Build, cache: Cache): string {
  return expandText(cache.policy, allVariables(build));
}

function timeoutOf(build: Build): string {
  return String(build.settings.cacheRequestTimeout);
}

/** Without a key of its own a cache has the job's name and ref. */
function cacheKey(script: ShellScript, build: Build, written: string): string {
  const { job_info: job, git_info: git } = build.payload;
  const raw = written === '' ? `${job.name}/${git.ref}` : expandText(written, allVariables(build));
  const key = isHashing(build) ? raw : sanitizeCacheKey(raw);
  if (key !== raw) {
    script.warning(
      key === '' ? `cache key "${raw}" could not be sanitized` : `cache key "${raw}" sanitized to "${key}"`,
    );
  }
  return key;
}

function fallbackKeys(script: ShellScript, build: Build, cache: Cache): readonly string[] {
  const variables = allVariables(build);
  const last = variableValue(variables, 'CACHE_FALLBACK_KEY');
  const isProtected = last.replace(/[. ]+$/, '').endsWith('-protected');
  if (isProtected) script.warning(`CACHE_FALLBACK_KEY "${last}" not allowed to end in "-protected"`);
  const written = cache.fallback_keys.map((key) => expandText(key, variables));
  return [...written, ...(isProtected ? [] : [last])]
    .filter((key) => key !== '')
    .map((key) => cacheKey(script, build, key))
    .filter((key) => key !== '');
}

function isHashing(build: Build): boolean {
  return build.flags.get('FF_HASH_CACHE_KEYS') ?? false;
}

/** The key, or its hash; the alternate is what it was before FF_HASH_CACHE_KEYS was switched. */
function archiveNames(build: Build, key: string): { readonly primary: string; readonly alternate: string } {
  const hash = createHash('sha256').update(key).digest('hex');
  return isHashing(build) ? { primary: hash, alternate: key } : { primary: key, alternate: hash };
}

/** As GitLab Runner gives it to the helper: seen from the project. */
function archivePath(build: Build, key: string): string {
  return posix.relative(build.projectDir, posix.join(build.cacheDir, key, 'cache.zip'));
}

function isShared(build: Build): boolean {
  return build.config.settings.cache === 'shared';
}

interface SharedObject {
  readonly method: 'GET' | 'HEAD' | 'PUT';
  readonly name: string;
  readonly isSharded: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Good for one method on one archive, as long as the job may take. Hashed keys are spread over prefixes of two digits. */
function sharedUrl(build: Build, { method, name, isSharded, headers = {} }: SharedObject): string {
  const project = build.payload.job_info.project_id;
  const place = isSharded ? `${name.slice(0, 2)}/${name}` : name;
  const path = place.split('/').map(encodeURIComponent).join('/');
  const lifetimeSeconds = build.timeoutMs / 1000;
  const url = new URL(`${build.url}/cache/project/${project}/${path}`);
  return String(presignUrl(url, { method, key: build.s3Key, headers, lifetimeSeconds }));
}
