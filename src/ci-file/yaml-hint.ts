// What to look for where a file is not YAML: the parser says what rule is broken, and its readers need to know which key to press.
import type { YAMLError } from 'yaml';

/** By the parser's codes; without an entry, its own words are enough. */
const hints: Partial<Record<YAMLError['code'], string>> = {
  TAB_AS_INDENT: 'use spaces',
  BAD_INDENT: 'count the spaces before it and before the lines around it',
  BLOCK_AS_IMPLICIT_KEY: 'a text with a colon and a space in it needs quotes around it',
  MULTILINE_IMPLICIT_KEY: 'is a colon missing, or the next line indented too far?',
  BLOCK_IN_FLOW: 'is a bracket above still open?',
  BAD_SCALAR_START: 'put quotes around the value',
};

/** Empty, or to be put behind the parser's words. */
export function yamlHint(code: YAMLError['code']): string {
  const hint = hints[code];
  return hint === undefined ? '' : `; ${hint}`;
}
