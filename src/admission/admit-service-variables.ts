// What services get of a job's variables. As with GitLab's own executors (common/build.go, GetServiceVariables) every service
// gets the public ones, which are written in `.gitlab-ci.yml` or predefined, and what stands among its own variables.
import { environmentName } from '../job/environment-name.ts';
import { type Expansion, maxExpanded, maxExpansionLength } from '../job/expand-variables.ts';
import type { JobService, JobVariable } from '../job/job.ts';
import { shortList } from '../text/short-list.ts';
import type { AdmittedVariable } from './admitted-job.ts';
import type { RejectionFinding } from './rejection.ts';

/** Kubernetes takes 1 MiB in a Secret, all values together. */
const maxSharedBytes = 900_000;

/** With a longer variable in its environment no container starts (MAX_ARG_STRLEN of Linux). */
const maxEntryLength = 128 * 1024;

interface OwnVariables {
  readonly variables: readonly AdmittedVariable[];
  readonly findings: readonly RejectionFinding[];
  /** What is left out; null: nothing. */
  readonly note: string | null;
}

/** `key`: `services[0]`. */
export function admitOwnVariables(service: JobService, key: string, expansion: Expansion): OwnVariables {
  const values = expansion.own(service.variables);
  const admitted = new Map<string, string>();
  const findings: RejectionFinding[] = [];
  const nameless: string[] = [];
  for (const [index, variable] of service.variables.entries()) {
    const value = values[index] ?? null;
    if (!environmentName.test(variable.key)) nameless.push(variable.key);
    else if (value === null) findings.push(tooLong(`${key}:variables:${variable.key}`, variable));
    else admitted.set(variable.key, value);
  }
  return {
    variables: [...admitted].map(([name, value]) => ({ key: name, value })),
    findings,
    note:
      nameless.length > 0
        ? `${key}: no container can have a variable called ${shortList(nameless)}; left out.`
        : null,
  };
}

function tooLong(key: string, { value }: JobVariable): RejectionFinding {
  return {
    kind: 'too-much',
    key,
    requested: value,
    reason: `With what it refers to filled in, it has more than ${maxExpansionLength} characters, or all that refers to something in this job has more than ${maxExpanded}.`,
    instead: 'Shorten it, or what it refers to.',
  };
}

interface SharedVariables {
  readonly variables: readonly AdmittedVariable[];
  /** What is left out; null: nothing. */
  readonly note: string | null;
}

/**
 * The job's public variables: of several with one key the last public one, its references filled in once, so that a service sees
 * what the build container sees. Files stay out: a service has no file of the job.
 */
export function shareVariables(variables: readonly JobVariable[], expansion: Expansion): SharedVariables {
  const shared = new Map(
    variables
      .filter(
        ({ key, isPublic, isMasked, isFile }) =>
          isPublic && !isMasked && !isFile && environmentName.test(key),
      )
      .map((variable) => [variable.key, variable] as const),
  );
  // Shortest first: what does not fit is the longest.
  const filled = [...shared.values()]
    .map((variable) => ({ key: variable.key, value: expansion.value(variable) }))
    .sort((one, other) => (one.value ?? '').length - (other.value ?? '').length);
  const kept: AdmittedVariable[] = [];
  const left: string[] = [];
  let bytes = 0;
  for (const { key, value } of filled) {
    // `KEY=value`, and the null byte that ends it.
    const size = Buffer.byteLength(`${key}=${value ?? ''}`) + 1;
    if (value === null || size > maxEntryLength || bytes + size > maxSharedBytes) left.push(key);
    else {
      bytes += size;
      kept.push({ key, value });
    }
  }
  return { variables: kept, note: left.length > 0 ? leftOut(left) : null };
}

function leftOut(keys: readonly string[]): string {
  return `Services do not get ${shortList(keys)}: they get ${maxSharedBytes} bytes of the job's variables at most, and none above ${maxEntryLength} bytes. Put what a service needs among its own variables.`;
}
