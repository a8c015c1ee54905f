// The name by which a container's image is pulled.
import type { ImageReference } from '../../admission/image-reference.ts';

/**
 * What was admitted, letter by letter; or the digest that its tag stood for then, whatever it stands for when a node pulls. Without the
 * tag: some runtimes take no name that has both.
 */
export function imageToRun(
  { registry, path, canonical }: ImageReference,
  digests: ReadonlyMap<string, string>,
): string {
  const digest = digests.get(canonical);
  return digest === undefined ? canonical : `${registry}/${path}@${digest}`;
}
