// For policies that ask nothing of registries.
import type { Registries } from '../../src/registry/registries.ts';

export const noRegistries = (): Promise<Registries> =>
  Promise.reject(new Error('Nobody was expected to ask a registry'));
