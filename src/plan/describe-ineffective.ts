// What a job asks of other executors, and does not get here. Names only: values may be secrets. Only what stands in the job file is an author's;
// an operator's `environment` does not.
import type { AdmittedJob } from '../admission/admitted-job.ts';
import type { Job, JobVariable } from '../job/job.ts';
import type { Policy } from '../policy/policy.ts';
import { describeDockerDaemon } from './docker-daemon.ts';
import { describeUntaken } from './overwrites/describe-untaken.ts';

/** GitLab Runner's feature flag for its Kubernetes executor (helpers/featureflags/flags.go). */
const honorEntrypoint = 'FF_KUBERNETES_HONOR_ENTRYPOINT';

/** One line for each kind; empty for most jobs. */
export function describeIneffective(
  admitted: AdmittedJob,
  policy: Pick<Policy, 'resources' | 'pod_template' | 'job_may_set'>,
): string[] {
  const { job } = admitted;
  const daemon = describeDockerDaemon(admitted);
  return [
    ...describeEntrypoint(job),
    ...describeUntaken({ job: askedVariables([job]), services: askedVariables(job.services) }, policy),
    ...(daemon === null ? [] : [daemon]),
  ];
}

/** `[""]` asks for none, which is what a job gets. */
function describeEntrypoint({ image, variables }: Job): string[] {
  const isWritten = image?.entrypoint?.some((word) => word !== '') ?? false;
  const flag = effective(variables).find(({ key }) => key === honorEntrypoint)?.value ?? '';
  const asks = [
    ...(isWritten ? ['image:entrypoint'] : []),
    ...(/^(true|t|1)$/i.test(flag) ? [honorEntrypoint] : []),
  ];
  if (asks.length === 0) return [];
  return [
    `${asks.join(' and ')} ${asks.length === 1 ? 'has' : 'have'} no effect: scripts start in the container by exec, beside no entrypoint. Call what it would do at the start of \`before_script\`.`,
  ];
}

/** Each name once; what is empty asks for nothing. */
function askedVariables(
  owners: readonly { readonly variables: readonly JobVariable[] }[],
): readonly string[] {
  const all = owners.flatMap(({ variables }) => effective(variables));
  return [...new Set(all.map(({ key }) => key))];
}

function effective(variables: readonly JobVariable[]): readonly JobVariable[] {
  const last = new Map(variables.map((variable) => [variable.key, variable]));
  return [...last.values()].filter(({ value }) => value !== '');
}
