// A cache key becomes part of a path (GitLab Runner: cache/cachekey/cachekey.go).
import { posix } from 'node:path';

/** Slashes decoded, `..` kept inside, blanks at the end gone; '' when nothing is left. */
export function sanitizeCacheKey(key: string): string {
  if (key === '') return '';
  const decoded = key.replace(/%2f/gi, '/').replace(/%2e/gi, '.').replaceAll('\\', '/');
  const parts = posix.join('/', decoded).replace(/\/+$/, '').slice(1).split('/');
  while (parts.length > 0) {
    const last = (parts.pop() ?? '').trimEnd();
    if (last !== '') return [...parts, last].join('/');
  }
  return '';
}
