// The image with git and gitlab-runner-helper that does GitLab's own part of a job.
import { SystemFailure } from '../outcome/system-failure.ts';
import type { Policy } from '../policy/policy.ts';
import type { ImageReference } from './image-reference.ts';
import { parseImageReference } from './parse-image-reference.ts';

/** As GitLab names its helper images (GitLab Runner: helpers/container/helperimage). */
export type HelperArchitecture = 'x86_64' | 'arm64' | 'arm' | 's390x' | 'ppc64le' | 'riscv64';

const repository = 'registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper';

/** The operator's, else GitLab's own of the runner's version; a runner built from source has no image of its version. */
export function helperImageOf(
  { helper_image }: Pick<Policy, 'helper_image'>,
  runnerVersion: string,
  architecture: HelperArchitecture,
): ImageReference {
  const version = /^v?(\d+\.\d+\.\d+)$/.exec(runnerVersion)?.[1];
  const tag = version === undefined ? `${architecture}-latest` : `${architecture}-v${version}`;
  return operatorsImage(helper_image ?? `${repository}:${tag}`, 'helper_image');
}

/** A name that the operator wrote; readPolicy has checked it. */
export function operatorsImage(name: string, key: string): ImageReference {
  const { reference, fault } = parseImageReference(name);
  if (reference !== undefined) return reference;
  throw new SystemFailure('policy-invalid', {
    what: `${key} of the policy is not a valid image name: ${fault.reason}.`,
  });
}
