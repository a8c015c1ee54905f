// The image with git and gitlab-runner-helper that does GitLab's own part of a job.
import { SystemFailure } from '../outcome/system-failure.ts';
import type { Policy } from '../policy/policy.ts';
import type { ImageReference } from './image-reference.ts';
import { parseImageReference } from './parse-image-reference.ts';

/** The node label `kubernetes.io/arch`, and the tag of GitLab's helper image for it (GitLab Runner: helpers/container/helperimage). */
const tags = {
  amd64: 'x86_64',
  arm64: 'arm64',
  arm: 'arm',
  s390x: 's390x',
  ppc64le: 'ppc64le',
  riscv64: 'riscv64',
} as const;

/** As Kubernetes names it. */
export type Architecture = keyof typeof tags;

export const helperArchitectures = Object.keys(tags) as readonly Architecture[];

/** Where nobody says: what most nodes are, and what GitLab's Kubernetes executor takes. */
export const usualArchitecture: Architecture = 'amd64';

const repository = 'registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper';

/** The operator's, else GitLab's own of the runner's version; a runner built from source has no image of its version. */
export function helperImageOf(
  { helper_image }: { readonly helper_image?: Policy['helper_image'] | undefined },
  runnerVersion: string,
  architecture: Architecture,
): ImageReference {
  const version = /^v?(\d+\.\d+\.\d+)$/.exec(runnerVersion)?.[1];
  const tag = `${tags[architecture]}-${version === undefined ? 'latest' : `v${version}`}`;
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
