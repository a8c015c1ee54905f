// An image name, parsed once: what is matched, shown and put into the manifest is this one object.

export interface ImageReference {
  /** Exactly as asked for. */
  readonly name: string;
  /** In the case in which it was written; `docker.io` when the name has none. */
  readonly registry: string;
  /** With `library/` where Docker Hub's short form left it out. */
  readonly path: string;
  readonly tag: string | null;
  readonly digest: string | null;
  /** `registry/path:tag@digest`, `:latest` where neither was given. Parsed again it has the same parts; it goes into the manifest. */
  readonly canonical: string;
}
