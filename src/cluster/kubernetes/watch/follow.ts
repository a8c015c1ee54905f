// Follows a few objects for as long as wanted. Each connection begins with a list, so whatever happened between two of them shows
// in the objects themselves, and an expired resource version (410) is nothing special. It ends by its signal, or when the server
// refuses for good.
import { setTimeout as sleep } from 'node:timers/promises';
import { SystemFailure } from '../../../outcome/system-failure.ts';
import { type ApiCall, namespacedPath } from '../api-call.ts';
import type { ApiClient } from '../api-client.ts';
import { ApiRefusal } from '../api-refusal.ts';
import { readBody } from '../https-transport.ts';
import { pauseAfter } from '../retry.ts';
import { readWatchEvents } from './watch-lines.ts';

export type Followed =
  /** All that there is now. */
  | { readonly kind: 'list'; readonly items: readonly unknown[] }
  | { readonly kind: 'changed' | 'deleted'; readonly object: unknown };

export interface Selection {
  readonly resource: 'pods' | 'events';
  readonly fieldSelector: string;
}

/** The objects of a single pod are far less. */
const maxListBytes = 64 * 1024 * 1024;
/** Within what every API server allows (`--min-request-timeout`, 30 minutes); then it begins afresh. */
const watchSeconds = 290;
/** A connection that lived for longer has not failed. */
const quickEndMilliseconds = 5000;
/** Pauses stop growing after so many failures in a row. */
const maxDoublings = 5;

/** @throws SystemFailure when we are not known (401) or may not do this (403) */
export async function* follow(
  client: ApiClient,
  selection: Selection,
  signal: AbortSignal,
): AsyncGenerator<Followed> {
  for (let failures = 1; !signal.aborted; failures = Math.min(failures + 1, maxDoublings)) {
    const began = performance.now();
    let error: unknown;
    try {
      yield* listAndWatch(client, selection, signal);
    } catch (thrown) {
      error = thrown;
    }
    if (isFinal(error) && !isAborted(signal))
      throw client.explain(error, callFor(client, selection, 'watch'));
    if (performance.now() - began > quickEndMilliseconds) failures = 1;
    const pause = pauseAfter(error, failures, client.limits.pauseMilliseconds);
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}

async function* listAndWatch(
  client: ApiClient,
  selection: Selection,
  signal: AbortSignal,
): AsyncGenerator<Followed> {
  const listing = AbortSignal.any([signal, AbortSignal.timeout(client.limits.callMilliseconds)]);
  const answer = await client.open(callFor(client, selection, 'list'), listing);
  const list = JSON.parse(await readBody(answer, maxListBytes)) as {
    readonly metadata?: { readonly resourceVersion?: string };
    readonly items?: readonly unknown[];
  };
  yield { kind: 'list', items: list.items ?? [] };
  const watch = callFor(client, selection, 'watch', {
    watch: 'true',
    resourceVersion: list.metadata?.resourceVersion ?? '0',
    // Signs of life: about one a minute.
    allowWatchBookmarks: 'true',
    timeoutSeconds: `${watchSeconds}`,
  });
  const events = readWatchEvents(await client.open(watch, signal), client.limits.watchSilenceMilliseconds);
  for await (const { type, object } of events) {
    if (type === 'ERROR') return;
    if (type === 'DELETED') yield { kind: 'deleted', object };
    else if (type !== 'BOOKMARK') yield { kind: 'changed', object };
  }
}

function callFor(
  client: ApiClient,
  { resource, fieldSelector }: Selection,
  verb: 'list' | 'watch',
  query: Readonly<Record<string, string>> = {},
): ApiCall {
  return {
    verb,
    resource,
    path: namespacedPath(client.namespace, resource),
    query: { fieldSelector, ...query },
  };
}

/** Re-read: TypeScript remembers what the loop's head saw. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function isFinal(error: unknown): boolean {
  if (error instanceof SystemFailure) return true;
  return error instanceof ApiRefusal && (error.status === 401 || error.status === 403);
}

/** A generator that a consumer may leave while it waits: `return` ends the wait, where a bare generator would queue behind it. */
export function endable<T>(
  signal: AbortSignal | undefined,
  generate: (signal: AbortSignal) => AsyncGenerator<T>,
): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]: () => {
      const left = new AbortController();
      const generator = generate(signal ? AbortSignal.any([signal, left.signal]) : left.signal);
      return {
        next: () => generator.next(),
        return: () => {
          left.abort();
          return generator.return(undefined);
        },
      };
    },
  };
}
