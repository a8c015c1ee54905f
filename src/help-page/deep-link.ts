// The part of the page's address after `#` that names an image, as the rejection in a job log links to it.
import type { ImageKind } from '../admission/evaluate.ts';

export interface DeepLink {
  readonly image: string;
  readonly kind: ImageKind;
  /** Hash of the policy that the asker knows; null: not said. */
  readonly policyHash: string | null;
}

/** Reads `#image=NAME&kind=image|service&policy=HASH`; null when it names no image (then it is a place on the page). */
export function readDeepLink(fragment: string): DeepLink | null {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const image = fields.get('image');
  if (image === null || image === '') return null;
  return {
    image,
    kind: fields.get('kind') === 'service' ? 'service' : 'image',
    policyHash: fields.get('policy'),
  };
}

/** The fragment for a question; `/`, `:` and `@` stay readable, as a fragment may hold them. */
export function writeDeepLink({ image, kind }: Pick<DeepLink, 'image' | 'kind'>): string {
  const name = encodeURIComponent(image.toWellFormed()).replace(/%(2F|3A|40)/g, decodeURIComponent);
  return `#image=${name}&kind=${kind}`;
}
