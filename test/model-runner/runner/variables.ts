// Job variables and their expansion (GitLab Runner: common/spec/variables.go).
import { posix } from 'node:path';

export interface Variable {
  readonly key: string;
  readonly value: string;
  readonly public?: boolean;
  readonly file?: boolean;
  readonly masked?: boolean;
  readonly raw?: boolean;
}

export const tempProjectDirKey = 'RUNNER_TEMP_PROJECT_DIR';

/** The effective value: the last one of that name; `paths` gives the path of a file variable instead of its content. */
export function variableValue(
  variables: readonly Variable[],
  key: string,
  { paths = false }: { readonly paths?: boolean } = {},
): string {
  if (key === '$') return key;
  const found = variables.findLast((variable) => variable.key === key);
  if (!found) return '';
  return found.file && paths ? filePath(variables, key) : found.value;
}

function filePath(variables: readonly Variable[], key: string): string {
  return posix.join(variableValue(variables, tempProjectDirKey), key);
}

/** References in all values but raw ones, each against the values as they were: `A=$B`, `B=$C` leaves `A` as `$C`. */
export function expandVariables(
  variables: readonly Variable[],
  source: readonly Variable[] = variables,
): readonly Variable[] {
  return variables.map((variable) =>
    variable.raw ? variable : { ...variable, value: expandText(variable.value, source) },
  );
}

/** `$NAME` and `${NAME}` as Go's os.Expand takes them; an unknown name becomes nothing, a lonely `$` stays. */
export function expandText(text: string, variables: readonly Variable[]): string {
  return text.replace(
    /\$(?:\{([^}]*)\}|\{|([*#$@!?\-0-9])|([A-Za-z_][A-Za-z0-9_]*))/g,
    (...groups: string[]) => {
      const name = groups[1] ?? groups[2] ?? groups[3];
      return name === undefined ? '' : variableValue(variables, name, { paths: true });
    },
  );
}
