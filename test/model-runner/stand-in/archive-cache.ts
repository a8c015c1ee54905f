// cache-archiver: packs the cache's files, unless nothing changed, and sends them where a URL says (commands/helpers/cache_archiver.go).
import { lstatSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PassingFailure, retry } from './coordinator.ts';
import type { Flags } from './flags.ts';
import { log, StandInFailure } from './log.ts';
import { choiceFrom, selectFiles } from './select-files.ts';
import { writeZip } from './zip-writer.ts';

export async function archiveCache(flags: Flags, env: NodeJS.ProcessEnv): Promise<void> {
  const file = flags.one('file');
  if (file === '') throw new StandInFailure('Missing --file');
  adoptAlternate(file, flags.one('alternate-file'));
  const choice = choiceFrom(flags, env);
  const files = selectFiles(choice);
  if (files.length === 0) {
    log.warn('No files to cache.');
    return;
  }
  if (
    isUpToDate(
      file,
      files.map((name) => join(choice.directory, name)),
    )
  ) {
    if (await isThere(flags.one('check-url'))) {
      log.info('Primary cache already exists remotely, skipping upload');
      return;
    }
    log.info('Primary cache does not exist remotely, uploading existing archive');
  } else {
    writeArchive(file, await writeZip(choice.directory, files));
    writeFileSync(join(dirname(file), 'metadata.json'), readMetadata(flags.one('env-file')));
  }
  await upload(file, flags);
}

/** Without a URL to ask the helper takes it as absent. */
async function isThere(url: string): Promise<boolean> {
  if (url === '') return false;
  return (await fetch(url, { method: 'HEAD' })).status === 200;
}

/** An archive under the cache's other name (hashed keys) becomes this one. */
function adoptAlternate(file: string, alternate: string): void {
  if (alternate === '' || alternate === file || exists(file) || !exists(alternate)) return;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  renameSync(alternate, file);
  log.info('Renamed alternate cache file to primary');
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Nothing is younger than the archive. */
function isUpToDate(file: string, files: readonly string[]): boolean {
  const archived = statSync(file, { throwIfNoEntry: false });
  return archived !== undefined && files.every((path) => lstatSync(path).mtimeMs <= archived.mtimeMs);
}

/** Whole or not at all. */
function writeArchive(file: string, archive: Buffer): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, archive);
  renameSync(temporary, file);
}

/** `CACHE_METADATA="{\"cachekey\":…}"`. */
function readMetadata(envFile: string): string {
  const line = envFile === '' ? '' : readFileSync(envFile, 'utf8');
  const quoted = /^CACHE_METADATA="(.*)"$/m.exec(line)?.[1] ?? '{}';
  return quoted.replace(/\\(["\\])/g, '$1');
}

async function upload(file: string, flags: Flags): Promise<void> {
  const url = flags.one('url');
  if (url === '') {
    log.info(
      'No URL provided, cache will not be uploaded to shared cache server. Cache will be stored only locally.',
    );
    return;
  }
  log.info('Using presigned URL for cache upload');
  log.info(`Uploading ${basename(file)} to ${url.replace(/\?.*$/, '')}`);
  const headers = flags.all('header').map(headerOf);
  await retry('cache-archiver', async () => {
    const body = new Uint8Array(readFileSync(file));
    const response = await fetch(url, { method: 'PUT', headers, body });
    if (response.ok) return;
    const words = `received: ${response.status} ${response.statusText}`;
    throw response.status >= 500 ? new PassingFailure(words) : new StandInFailure(words);
  });
}

/** Its text is sent as UTF-8, of which fetch takes each byte for a character. */
function headerOf(flag: string): [string, string] {
  const [name = '', value = ''] = flag.split(/:\s*(.*)/s, 2);
  return [name, Buffer.from(value).toString('latin1')];
}
