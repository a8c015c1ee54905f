// The chunks of a source, until somebody else is done with it: then the source is let go, also while it waits for its next bytes.

type Source = Uint8Array | AsyncIterable<Uint8Array>;

/** @param over ends it, at any moment; what the source gives or throws after that is nobody's */
export async function* chunksUntil(over: AbortSignal, source: Source): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) {
    yield source;
    return;
  }
  const iterator = source[Symbol.asyncIterator]();
  let isOpen = true;
  try {
    while (!over.aborted) {
      const result = await nextUntil(over, iterator.next());
      isOpen = result?.done !== true;
      if (result === null || !isOpen) return;
      yield result.value;
    }
  } finally {
    if (isOpen) letGo(source, iterator);
  }
}

/** Not a race with one promise for all chunks: that would remember each of them. @returns null when it is over first */
function nextUntil<T>(over: AbortSignal, next: Promise<T>): Promise<T | null> {
  const { promise, resolve, reject } = Promise.withResolvers<T | null>();
  const end = (): void => resolve(null);
  over.addEventListener('abort', end, { once: true });
  next.then(resolve, reject);
  if (over.aborted) end();
  return promise.finally(() => over.removeEventListener('abort', end));
}

/** Not awaited: a generator that waits for something of its own returns only after that. */
function letGo(source: Source, iterator: AsyncIterator<Uint8Array>): void {
  iterator.return?.().catch(() => undefined);
  // A stream of Node iterates by such a generator, and may wait forever.
  const { destroy } = source as { readonly destroy?: unknown };
  if (typeof destroy === 'function') destroy.call(source);
}
