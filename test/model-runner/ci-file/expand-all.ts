// References between variables, as GitLab fills them in before a runner sees them (Variables::Collection#sort_and_expand_all).
import type { Variable } from '../runner/variables.ts';

const reference = /\$\$|\$(?:(\w+)|\{(\w+)\})/g;

/** Through any number of steps; of a name twice the last counts. What is not known, raw, a file or a circle stays as written. */
export function expandAll(variables: readonly Variable[]): readonly Variable[] {
  const known = new Map(variables.map((variable) => [variable.key, variable]));
  const expand = ({ key, value, raw, file }: Variable, open: readonly string[]): string => {
    if (raw || file) return value;
    const within = [...open, key];
    return value.replaceAll(reference, (all: string, bare?: string, braced?: string) => {
      const target = known.get(bare ?? braced ?? '');
      const stays = !target || target.raw || target.file || within.includes(target.key);
      return stays ? all : expand(target, within);
    });
  };
  return variables.map((variable) => ({ ...variable, value: expand(variable, []) }));
}

/** A text of the file, where GitLab itself fills in the variables; unknown ones become nothing. */
export function fillVariables(text: string, variables: readonly Variable[]): string {
  const known = new Map(variables.map(({ key, value }) => [key, value]));
  return text.replaceAll(reference, (all: string, bare?: string, braced?: string) =>
    all === '$$' ? all : (known.get(bare ?? braced ?? '') ?? ''),
  );
}
