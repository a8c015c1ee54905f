// cache-extractor: fetches the cache where a URL says, and unpacks it here (commands/helpers/cache_extractor.go).
import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { PassingFailure, retry } from './coordinator.ts';
import type { Flags } from './flags.ts';
import { log, StandInFailure } from './log.ts';
import { extractZip } from './zip-reader.ts';

export async function extractCache(flags: Flags): Promise<void> {
  const file = flags.one('file');
  const url = flags.one('url');
  if (file === '') throw said('Missing cache file');
  if (url === '') {
    log.info(
      'No URL provided, cache will not be downloaded from shared cache server. ' +
        'Instead a local version of cache will be extracted.',
    );
  } else {
    log.info('Using presigned URL for cache download');
    await retry('cache-extractor', () => download(file, url)).catch((error: unknown) => {
      throw said(error instanceof Error ? error.message : String(error));
    });
  }
  if (!statSync(file, { throwIfNoEntry: false })) throw said('Cache file does not exist');
  await extractZip(readFileSync(file), process.cwd());
}

async function download(file: string, url: string): Promise<void> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const response = await fetch(url);
  if (response.status === 404) throw new StandInFailure('file does not exist');
  if (!response.ok) throw new PassingFailure(`received: ${response.status} ${response.statusText}`);
  const modified = new Date(response.headers.get('last-modified') ?? 0);
  const local = statSync(file, { throwIfNoEntry: false });
  if (local && local.mtime >= modified) {
    log.info(`${basename(file)} is up to date`);
    return;
  }
  log.info(`Downloading ${basename(file).replace(/\.[^.]*$/, '')} from ${url.replace(/\?.*$/, '')}`);
  writeFileSync(file, new Uint8Array(await response.arrayBuffer()));
  utimesSync(file, new Date(), modified);
}

/** A cache that is not there is a warning, and a failure of the command that the script forgives. */
function said(message: string): StandInFailure {
  log.warn(message);
  return new StandInFailure(message, { isSaid: true });
}
