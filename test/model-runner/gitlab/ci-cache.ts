// `cache:` of a job: one or several.
import type { JobDefinition } from './job-definition.ts';
import type { Cache, When } from './job-payload.ts';

interface WrittenCache {
  readonly key?: string | { readonly files?: unknown; readonly prefix?: unknown };
  readonly paths?: readonly string[];
  readonly untracked?: boolean;
  readonly policy?: string;
  readonly when?: When;
  readonly fallback_keys?: readonly string[];
}

/** GitLab keeps the caches of protected refs apart; the model's refs are protected unless a test says otherwise. */
const protectedSuffix = '-protected';

export function cachesOf(value: unknown): NonNullable<JobDefinition['cache']> {
  const caches = (Array.isArray(value) ? value : [value]) as readonly WrittenCache[];
  return caches.map(cacheOf);
}

function cacheOf({ key = 'default', ...cache }: WrittenCache): Partial<Cache> {
  if (typeof key !== 'string')
    throw new Error('cache:key:files and cache:key:prefix are not supported; write a key');
  const fallbacks = cache.fallback_keys?.map((fallback) => `${fallback}${protectedSuffix}`);
  return { ...cache, key: `${key}${protectedSuffix}`, ...(fallbacks && { fallback_keys: fallbacks }) };
}
