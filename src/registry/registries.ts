// What the stages ask of image registries, in types only.

/** An image in its registry. */
export interface Repository {
  /** As in the image's canonical name: `docker.io`, `registry.example.org:5000`. */
  readonly registry: string;
  readonly path: string;
}

/** Of one registry; absent fields: as all others. */
export interface RegistryAccess {
  readonly certificate_authority?: string;
  readonly plain_http?: boolean;
}

export interface ImageQuestion extends Repository {
  readonly tag: string | null;
  /** Its name has one: nothing has to be resolved. */
  readonly digest: string | null;
  /** Public keys in PEM: a signature by one of each list. */
  readonly keys: readonly (readonly string[])[];
  /** base64 of `user:password`, in the order in which a node tries them; each for this image. */
  readonly credentials: readonly string[];
  readonly registries: Readonly<Record<string, RegistryAccess>>;
  /** Of the runner: may name a proxy. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/**
 * - `pinned`: what runs, and the fingerprints of the keys that signed it.
 * - `not-found`, `denied`, `unknown-host`: as a pull would end.
 * - `unsigned`: it has a digest, and no signature that counts. `why`: a whole sentence.
 * - `forbidden-host`: no registry that a runner's machine may be made to ask.
 * - `failed`: nobody knows; another time may tell.
 */
export type ImageAnswer =
  | { readonly kind: 'pinned'; readonly digest: string; readonly signedBy: readonly string[] }
  | { readonly kind: 'not-found' | 'denied' | 'unknown-host' | 'forbidden-host'; readonly message: string }
  | { readonly kind: 'unsigned'; readonly digest: string; readonly why: string }
  | { readonly kind: 'failed'; readonly message: string };

export interface Registries {
  /** Rejects only where `signal` ends it, or the proxy of the environment is none. */
  ask(question: ImageQuestion): Promise<ImageAnswer>;
  /** Closes free connections. */
  close(): void;
}
