// `$VAR` and `${VAR}` as GitLab Runner expands them (common/spec/variables.go: Expand, ExpandValue, Get): a value may refer
// to variables whose own values refer to others, and that is where it ends.
import type { JobVariable } from './job.ts';

/** GitLab Runner expands the job's variables once, and then the text by the result. */
const depth = 2;

/** Go's os.Expand: a name, a name in braces, or one special character. */
const reference = /\$(?:\{([^{}]*)\}|([A-Za-z_]\w*)|([*#$@!?\-0-9]))/g;

/**
 * Replaces references by values; of variables with one key the last one counts, and an unknown one is empty. A file
 * variable stays as written: its value is a secret, and the file is not where the text goes.
 */
export function expandVariables(text: string, variables: readonly JobVariable[]): string {
  const byKey = new Map(variables.map((variable) => [variable.key, variable]));
  return expand(text, byKey, depth);
}

function expand(text: string, variables: ReadonlyMap<string, JobVariable>, depthLeft: number): string {
  return text.replace(reference, (written, braced?: string, bare?: string, special?: string) => {
    if (special === '$') return '$';
    const variable = variables.get(braced ?? bare ?? special ?? '');
    if (variable === undefined) return '';
    if (variable.isFile) return written;
    if (variable.isRaw || depthLeft === 1) return variable.value;
    return expand(variable.value, variables, depthLeft - 1);
  });
}
