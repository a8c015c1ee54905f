// Text that is JSON or YAML. JSON, which is nearly always YAML too, is read without the YAML parser: this is on the way of `run`.
import type { YamlPlace } from './parse-yaml.ts';

export type ParsedDocument =
  | { readonly kind: 'value'; readonly value: unknown }
  /** Neither of the two; where, if that is known. */
  | { readonly kind: 'fault'; readonly place: YamlPlace | null };

/** Never throws for what the text holds, and never quotes it: it may hold keys. */
export async function parseDocument(text: string): Promise<ParsedDocument> {
  if (text.trimStart().startsWith('{')) {
    try {
      return { kind: 'value', value: JSON.parse(text) };
    } catch {
      // A flow map of YAML begins so, too.
    }
  }
  const { parseKubeconfigYaml } = await import('./parse-yaml.ts');
  try {
    return { kind: 'value', value: parseKubeconfigYaml(text) };
  } catch (error) {
    // A YamlFault, but not by `instanceof`: the parser is bundled apart.
    return { kind: 'fault', place: (error as { readonly place?: YamlPlace | null }).place ?? null };
  }
}
