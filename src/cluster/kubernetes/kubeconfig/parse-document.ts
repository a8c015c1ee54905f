// Text that is JSON or YAML. JSON, which is nearly always YAML too, is read without the YAML parser: this is on the way of `run`.
import type { YamlFault, YamlFaultKind, YamlPlace } from './parse-yaml.ts';

export type ParsedDocument =
  | { readonly kind: 'value'; readonly value: unknown }
  /** Neither of the two, or more than we take; where, if that is known. */
  | { readonly kind: 'fault'; readonly fault: YamlFaultKind; readonly place: YamlPlace | null };

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
    // A YamlFault by its tag and not by `instanceof`: the parser is bundled apart.
    const { kind: fault = 'syntax', place = null } = error as Partial<YamlFault>;
    return { kind: 'fault', fault, place };
  }
}
