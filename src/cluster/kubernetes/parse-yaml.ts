// The YAML parser of kubeconfigs, as a chunk of its own: one in JSON does without it. Kubernetes' own client reads them with this
// parser too, and it starts four times as fast as the one for policies, which knows lines and columns.
import { loadAll } from 'js-yaml';

/** The first document of a file, as kubectl reads it; undefined for an empty file. @throws YAMLException where `text` is no YAML */
export function parseYaml(text: string): unknown {
  return loadAll(text)[0];
}
