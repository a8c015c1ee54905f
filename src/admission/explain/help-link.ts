// The link of a rejection: the operator's address, and the question that the help page opens with.
import { fillPlaceholders, type Placeholder } from '../../policy/schema/values/placeholders.ts';
import type { ImageKind } from '../verdict.ts';

/** A hostile name must not make a link that nobody can copy. */
const maxImageLength = 512;

export interface LinkedName {
  readonly image: string;
  readonly kind: ImageKind;
}

/**
 * An address that takes the name by a placeholder is complete; any other gets it as its fragment, which no web server sees:
 * `#image=NAME&kind=image&policy=HASH`.
 */
export function helpLink(
  helpUrl: string,
  values: Readonly<Record<Placeholder, string>>,
  { image, kind }: LinkedName,
): string {
  const url = fillPlaceholders(helpUrl, { ...values, image, kind }, encode);
  if (helpUrl.includes('{image}')) return url;
  const question = `image=${encode(image)}&kind=${kind}&policy=${encode(values.policy)}`;
  const fragment = url.indexOf('#');
  if (fragment < 0) return `${url}#${question}`;
  return fragment === url.length - 1 ? url + question : `${url}&${question}`;
}

/** `/`, `:` and `@` stay readable, as a fragment and a query may hold them. */
function encode(value: string): string {
  return encodeURIComponent(value.slice(0, maxImageLength).toWellFormed()).replace(
    /%(2F|3A|40)/g,
    decodeURIComponent,
  );
}
