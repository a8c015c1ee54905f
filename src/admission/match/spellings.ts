// The ways to write one image: `python`, `docker.io/library/python:latest` … GitLab compares only the one that was written.
import { dockerHub } from '../../policy/pattern/image-name.ts';
import type { ImageReference } from '../image-reference.ts';
import { parseImageReference } from '../parse-image-reference.ts';

/** All spellings of the same image, the written one first; each is a name, and means this image when it is read alone. */
export function spellingsOf(reference: ImageReference): readonly string[] {
  const all = [reference.name];
  for (const repository of repositoriesOf(reference)) {
    for (const suffix of suffixesOf(reference)) all.push(repository + suffix);
  }
  return [...new Set(all)].filter((spelling) => isSameImage(spelling, reference));
}

/** `docker.io/registry.example.org/app` without its registry would name another one, and 64 digits alone the id of an image. */
function isSameImage(spelling: string, { registry, path, tag, digest }: ImageReference): boolean {
  const { reference: other } = parseImageReference(spelling);
  if (other?.registry !== registry || other.path !== path || other.digest !== digest) return false;
  return digest !== null || (other.tag ?? 'latest') === (tag ?? 'latest');
}

function repositoriesOf({ registry, path }: ImageReference): readonly string[] {
  if (registry !== dockerHub) return [`${registry}/${path}`];
  const short = path.startsWith('library/') ? path.slice('library/'.length) : null;
  const paths = short === null || short.includes('/') ? [path] : [short, path];
  return [...paths, ...paths.flatMap((each) => [`${dockerHub}/${each}`, `index.docker.io/${each}`])];
}

/** No tag means `latest`; beside a digest a tag decides nothing. */
function suffixesOf({ tag, digest }: ImageReference): readonly string[] {
  if (digest !== null) return tag === null ? [`@${digest}`] : [`:${tag}@${digest}`, `@${digest}`];
  if (tag === null || tag === 'latest') return ['', ':latest'];
  return [`:${tag}`];
}
