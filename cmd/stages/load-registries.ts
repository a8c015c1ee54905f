// The registries of a process: a chunk of its own, for most policies ask nothing of them.
import type { Registries } from '../../src/registry/registries.ts';

export async function loadRegistries(): Promise<Registries> {
  const { openRegistries } = await import('../../src/registry/open-registries.ts');
  return openRegistries();
}

export interface KeptRegistries {
  readonly open: () => Promise<Registries>;
  readonly close: () => void;
}

/** For a resident: connections, and what is known of signatures, serve all jobs. Nothing that a job brought is kept. */
export function keepRegistries(): KeptRegistries {
  let kept: Promise<Registries> | null = null;
  return {
    open: async () => {
      kept ??= loadRegistries();
      // A stage closes what it opened; others use this one.
      return { ...(await kept), close: () => undefined };
    },
    close: () => void kept?.then((registries) => registries.close()),
  };
}
