// The ways to write one image: `python`, `docker.io/library/python:latest` … GitLab compares only the one that was written.
import type { ImageReference } from './image-reference.ts';

/** All spellings of the same image, the written one first. */
export function spellingsOf(reference: ImageReference): readonly string[] {
  const all = [reference.name];
  for (const repository of repositoriesOf(reference)) {
    for (const suffix of suffixesOf(reference)) all.push(repository + suffix);
  }
  return [...new Set(all)];
}

function repositoriesOf({ registry, path }: ImageReference): readonly string[] {
  if (registry !== 'docker.io') return [`${registry}/${path}`];
  const short = path.startsWith('library/') ? path.slice('library/'.length) : null;
  const paths = short === null || short.includes('/') ? [path] : [short, path];
  return [...paths, ...paths.flatMap((each) => [`docker.io/${each}`, `index.docker.io/${each}`])];
}

/** No tag means `latest`; beside a digest a tag decides nothing. */
function suffixesOf({ tag, digest }: ImageReference): readonly string[] {
  if (digest !== null) return tag === null ? [`@${digest}`] : [`:${tag}@${digest}`, `@${digest}`];
  if (tag === null || tag === 'latest') return ['', ':latest'];
  return [`:${tag}`];
}
