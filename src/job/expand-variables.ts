// What a job's variables stand for, as GitLab Runner fills them in (common/spec/variables.go: Expand, ExpandWith, ExpandValue;
// common/build.go: GetAllVariables, GetServiceVariables): a variable's value refers to the others as they were written, any other
// text to the values that come of it, and that is where it ends.
import { expandText } from './expand-text.ts';
import type { JobVariable } from './job.ts';

/** In characters. Linux takes no longer text as one variable (MAX_ARG_STRLEN), and GitLab Runner starts us with each of a job's in one. */
export const maxExpansionLength = 128 * 1024;

/**
 * What all expansions of one job make together, in characters. Linux takes environments of 2 MiB (a quarter of the usual stack),
 * and all of a job's values stand in ours, so that no job that reaches us comes near this.
 */
export const maxExpanded = 4 * 1024 * 1024;

/** One job's expansions: they share what they may make, and fill in each variable once. null: too long. */
export interface Expansion {
  readonly text: (text: string) => string | null;
  /** Of one of the job's variables, as its build container has it; a raw one is as it was written. */
  readonly value: (variable: JobVariable) => string | null;
  /** Of a service's own variables, which come after the job's; to each other they refer as they were written. */
  readonly own: (variables: readonly JobVariable[]) => (string | null)[];
}

export function createExpansion(variables: readonly JobVariable[]): Expansion {
  const fill = createFill();
  const byKey = lastOfEach(variables);
  const values = new Map<JobVariable, string | null>();
  const value = (variable: JobVariable): string | null => {
    const known = values.get(variable);
    if (known !== undefined) return known;
    const made = variable.isRaw
      ? variable.value
      : fill(variable.value, (name) => look(byKey.get(name), asWritten));
    values.set(variable, made);
    return made;
  };
  const ofJob: Find = (name) => look(byKey.get(name), value);
  return {
    text: (text) => fill(text, ofJob),
    value,
    own: (ofService) => {
      const ownByKey = lastOfEach(ofService);
      const find: Find = (name) => look(ownByKey.get(name), asWritten) ?? ofJob(name);
      return ofService.map((variable) => (variable.isRaw ? variable.value : fill(variable.value, find)));
    },
  };
}

/** undefined: there is no such variable. 'stays': the reference does. Of a value, null: too long. */
type Found = { readonly value: string | null } | 'stays' | undefined;
type Find = (name: string) => Found;

function createFill(): (text: string, find: Find) => string | null {
  let left = maxExpanded;
  return (text, find) => {
    const maxLength = Math.min(maxExpansionLength, left);
    const made = expandText({ text, maxLength, find: (name, written) => answer(name, written, find) });
    left -= made?.length ?? maxLength;
    return made;
  };
}

/** The shell's own names, which GitLab Runner knows no value of, whatever a job calls its variables. */
const nameless = /^[*#@!?0-9]$/;

function answer(name: string, written: string, find: Find): string | null {
  if (name === '$') return '$';
  const found = nameless.test(name) ? undefined : find(name);
  if (found === undefined) return '';
  return found === 'stays' ? written : found.value;
}

/** A file variable's value is a secret, and the file is not where the text goes. */
function look(variable: JobVariable | undefined, read: (variable: JobVariable) => string | null): Found {
  if (variable === undefined) return undefined;
  return variable.isFile ? 'stays' : { value: read(variable) };
}

const asWritten = ({ value }: JobVariable): string => value;

const lastOfEach = (variables: readonly JobVariable[]): ReadonlyMap<string, JobVariable> =>
  new Map(variables.map((variable) => [variable.key, variable]));
