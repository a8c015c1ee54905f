// Who chose an image that does not come, and what is known of its registry and credentials.
import type { AdmittedImage, AdmittedJob } from '../../admission/admitted-job.ts';
import { isRegistryNamed } from '../../admission/named-registry.ts';
import type { PullContext } from '../../diagnosis/pull-failure.ts';
import { buildContainer, isServiceContainer, serviceIndex } from '../../layout/container-names.ts';
import { explainCredentials } from '../../plan/explain-credentials.ts';
import type { JobPlan } from '../../plan/job-plan.ts';
import type { Policy } from '../../policy/policy.ts';

export interface PullContextInput {
  readonly plan: Pick<JobPlan, 'admitted' | 'credentials'>;
  readonly policy: Policy;
}

/** Build and services; the other containers come from the policy. */
export const isOfTheJob = (container: string): boolean =>
  container === buildContainer || isServiceContainer(container);

export function pullContext(
  { plan: { admitted, credentials }, policy }: PullContextInput,
  container: string,
): PullContext {
  const isDefault = container === buildContainer && !admitted.job.image?.name;
  if (!isOfTheJob(container) || isDefault) return { chosenBy: 'operator' };
  const { image } = admittedImageOf(admitted, container);
  return {
    chosenBy: 'author',
    credentials: explainCredentials(credentials, image, policy),
    isRegistryNamed: isRegistryNamed(image.registry, policy),
  };
}

export function admittedImageOf({ build, helper, services }: AdmittedJob, container: string): AdmittedImage {
  const service = services.find(({ index }) => index === serviceIndex(container));
  return container === buildContainer ? build : (service ?? helper);
}
