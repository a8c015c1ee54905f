// Jobs and policies for tests of the pod: plain values, each field replaceable.
import type { AdmittedImage, AdmittedJob, AdmittedService } from '../../src/admission/admitted-job.ts';
import { parseImageReference } from '../../src/admission/parse-image-reference.ts';
import type { Job } from '../../src/job/job.ts';
import { mustProve } from '../../src/plan/namespace-proof.ts';
import { buildJobPod, type JobPodInput } from '../../src/pod/job-pod.ts';
import type { Container, PodManifest, PodSpec } from '../../src/pod/manifest.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { resolveSecurity } from '../../src/security/resolve-context.ts';

export const sampleJob: Job = {
  id: 1001,
  instance: '5d1e9a32-2f5c-4f0a-9a3b-3f6b7d8c9e10',
  name: 'unit tests',
  project: { id: 42, path: 'group/project', namespaceId: 7 },
  repositoryPath: 'group/project',
  ref: 'main',
  isRefProtected: true,
  timeoutSeconds: 3600,
  image: null,
  services: [],
  variables: [],
  registryCredentials: [],
};

/** The values of the policy strict. */
export const samplePolicy: Policy = {
  cluster: { namespace: 'ci' },
  pull_policy: [],
  image_matching: 'gitlab',
  rules: [],
  profiles: {},
  replacements: [],
  rejection: { exit_code: 1 },
  default_security_context: {
    runAsUser: 1000,
    runAsGroup: 1000,
    fsGroup: 1000,
    fsGroupChangePolicy: 'OnRootMismatch',
  },
  enforced_security_context: {
    privileged: false,
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    seccompProfile: { type: 'RuntimeDefault' },
    capabilities: { drop: ['ALL'] },
  },
  log_limit: 1024 ** 3,
  user_namespaces: { mode: 'required' },
  user_database: 'generated',
  resources: {
    build: {
      requests: { cpu: '500m', memory: '1Gi' },
      limits: { memory: '4Gi', 'ephemeral-storage': '20Gi' },
    },
    helper: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
    service: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '1Gi' } },
    init: { requests: { cpu: '5m', memory: '16Mi' }, limits: { memory: '64Mi' } },
  },
  timeouts: { ready: 300, reconnect: 300, stop_grace: 10 },
  service_readiness: { timeout: 30 },
  service_workspace: 'none',
  image_pull_secrets: [],
  hash: 'c0ffee123456',
};

export function admittedImage(name: string, rest: Partial<AdmittedImage> = {}): AdmittedImage {
  const { reference } = parseImageReference(name);
  if (!reference) throw new Error(`"${name}" is not an image name`);
  return { image: reference, pullPolicies: [], entrypoint: null, user: null, ...rest };
}

export function admittedService(name: string, rest: Partial<AdmittedService> = {}): AdmittedService {
  return { ...admittedImage(name), index: 0, aliases: [], command: null, variables: [], ...rest };
}

/** Only tests make one without admitJob. A service that names no other place has the one in the list. */
export function admittedJob({
  services = [],
  ...rest
}: Partial<
  Pick<AdmittedJob, 'job' | 'build' | 'helper' | 'services' | 'sharedVariables'>
> = {}): AdmittedJob {
  return {
    job: sampleJob,
    build: admittedImage('ruby:3.4'),
    helper: {
      ...admittedImage('registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:x86_64-v19.4.0'),
      architecture: 'amd64',
    },
    services: services.map((service, place) => ({ ...service, index: service.index || place })),
    sharedVariables: [],
    ...rest,
  } as unknown as AdmittedJob;
}

/** The pod of a job, its security resolved from the same policy and job. */
export function podOf({
  admitted = admittedJob(),
  policy = samplePolicy,
  ...rest
}: Partial<JobPodInput> = {}): PodManifest {
  const security = resolveSecurity({
    policy,
    build: admitted.build.user,
    services: admitted.services.map(({ index, user }) => ({ index, requested: user })),
  });
  return buildJobPod({
    admitted,
    policy,
    security,
    random: 'k7m2qx4d',
    now: new Date('2026-11-21T02:00:00Z'),
    mustProveUserNamespace: mustProve(policy),
    mayIgnoreHostUsers: false,
    ...rest,
  });
}

export const specOf = (pod: PodManifest): PodSpec => pod['spec'] as PodSpec;

export function containerOf(pod: PodManifest, name: string): Container {
  const spec = specOf(pod);
  const found = [...(spec.initContainers ?? []), ...spec.containers].find((each) => each.name === name);
  if (!found) throw new Error(`The pod has no container "${name}"`);
  return found;
}
