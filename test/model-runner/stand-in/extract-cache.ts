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
    await retry('cache-extractor', () => download(file, flags)).catch((error: unknown) => {
      throw said(error instanceof Error ? error.message : String(error));
    });
  }
  if (!statSync(file, { throwIfNoEntry: false })) throw said('Cache file does not exist');
  await extractZip(readFileSync(file), process.cwd());
}

async function download(file: string, flags: Flags): Promise<void> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const url = await selectUrl(flags);
  const response = await fetch(url);
  if (response.status === 404) throw new StandInFailure('file does not exist');
  if (!response.ok) throw new PassingFailure(`received: ${response.status} ${response.statusText}`);
  const modified = new Date(response.headers.get('last-modified') ?? 0);
  const local = statSync(file, { throwIfNoEntry: false });
  if (local && local.mtime >= modified) {
    log.info(`${basename(file)} is up to date`);
    return;
  }
  log.info(`Downloading ${basename(file).replace(/\.[^.]*$/, '')} from ${withoutQuery(url)}`);
  writeFileSync(file, new Uint8Array(await response.arrayBuffer()));
  utimesSync(file, new Date(), modified);
}

/** The newer of what lies under the cache's two names (hashed keys, or not). */
async function selectUrl(flags: Flags): Promise<string> {
  const [url, alternate] = [flags.one('url'), flags.one('alternate-url')];
  if (alternate === '') return url;
  const primaryTime = await modifiedAt(flags.one('head-url') || url);
  const alternateTime = await modifiedAt(flags.one('alternate-head-url') || alternate);
  const say = (message: string) =>
    log.info(message, {
      primary_url: withoutQuery(url),
      alternate_url: withoutQuery(alternate),
      primary_modified: goTime(primaryTime),
      alternate_modified: goTime(alternateTime),
    });
  if (alternateTime !== null && primaryTime === null) {
    say('Selecting alternate cache URL: primary not available');
    return alternate;
  }
  if (alternateTime !== null && primaryTime !== null && alternateTime > primaryTime) {
    say('Selecting alternate cache URL: newer timestamp');
    return alternate;
  }
  say('Selecting primary cache URL');
  return url;
}

/** null: it is not there, or does not say when. */
async function modifiedAt(url: string): Promise<Date | null> {
  const response = await fetch(url, { method: 'HEAD' }).catch(() => null);
  const written = response?.ok === true ? response.headers.get('last-modified') : null;
  return written === null ? null : new Date(written);
}

/** time.Time.String, of a time in UTC; Go's zero is the year 1. */
function goTime(time: Date | null): string {
  const text = time === null ? '0001-01-01 00:00:00' : time.toISOString().slice(0, 19).replace('T', ' ');
  return `${text} +0000 UTC`;
}

const withoutQuery = (url: string): string => url.replace(/\?.*$/, '');

/** A cache that is not there is a warning, and a failure of the command that the script forgives. */
function said(message: string): StandInFailure {
  log.warn(message);
  return new StandInFailure(message, { isSaid: true });
}
