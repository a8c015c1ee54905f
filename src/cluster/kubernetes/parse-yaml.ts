// The YAML parser, as a chunk of its own: a kubeconfig in JSON does without it.
import { parse } from 'yaml';

export function parseYaml(text: string): unknown {
  return parse(text);
}
