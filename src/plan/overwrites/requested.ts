// What a job asks for by one variable, filled in as GitLab Runner fills it in, and a "no" to it.
import { buildImageOf, type ExplainedFinding } from '../../admission/rejection.ts';
import type { Expansion } from '../../job/expand-variables.ts';
import type { Job, JobVariable } from '../../job/job.ts';
import type { Policy } from '../../policy/policy.ts';
import { overwritePrefix } from './overwrite-variables.ts';

export interface Requested {
  /** How the author wrote it: `KUBERNETES_CPU_LIMIT`, `services[0]:variables:KUBERNETES_SERVICE_CPU_LIMIT`. */
  readonly key: string;
  readonly name: string;
  /** null: too long. Never empty. */
  readonly value: string | null;
}

/** Of several with one key the last; what comes to nothing asks for nothing. */
export function requestsOf(variables: readonly JobVariable[], expansion: Expansion): readonly Requested[] {
  return lastOfEach(variables)
    .filter(({ key }) => key.startsWith(overwritePrefix))
    .map((variable) => ({
      key: variable.key,
      name: variable.key,
      value: expansion.value(variable)?.trim() ?? null,
    }))
    .filter(({ value }) => value !== '');
}

/** Of a service's own variables, which may refer to the job's. */
export function ownRequestsOf(
  variables: readonly JobVariable[],
  service: number,
  expansion: Expansion,
): readonly Requested[] {
  const isAsked = ({ key }: JobVariable): boolean => key.startsWith(overwritePrefix);
  if (!variables.some(isAsked)) return [];
  const values = expansion.own(variables);
  return lastOfEach(variables)
    .filter(isAsked)
    .map((variable) => ({
      key: `services[${service}]:variables:${variable.key}`,
      name: variable.key,
      value: values[variables.indexOf(variable)]?.trim() ?? null,
    }))
    .filter(({ value }) => value !== '');
}

function lastOfEach(variables: readonly JobVariable[]): readonly JobVariable[] {
  return [...new Map(variables.map((variable) => [variable.key, variable])).values()];
}

interface Refusal {
  readonly reason: string;
  readonly instead: string;
}

export type Refuse = (requested: Pick<Requested, 'key' | 'value'>, refusal: Refusal) => ExplainedFinding;

export const refuseFor =
  (job: Job, policy: Pick<Policy, 'default_image'>): Refuse =>
  ({ key, value }, { reason, instead }) => ({
    kind: 'overwrite',
    key,
    requested: value ?? '',
    reason,
    instead,
    ...buildImageOf(job, policy),
  });
