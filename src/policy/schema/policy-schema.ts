// Every key of the policy file: its type, its check, what its absence means, and its sentence for editors. What comes out is the
// type Policy. `npm run schema` writes config/policy.schema.json from it; config/policy.yaml shows each key and default.
import { z } from 'zod';
import { maxId } from '../../layout/ids.ts';
import { patterns, pullPolicies, pullPolicyOrder, replacement, rule } from './allow-list-schema.ts';
import { images } from './images-schema.ts';
import { jobMaySet } from './job-may-set-schema.ts';
import { jobRecords } from './job-records-schema.ts';
import { lastingWorkspaces } from './lasting-workspaces-schema.ts';
import {
  authorText,
  dnsLabel,
  dnsSubdomain,
  durationBetween,
  filePath,
  imageName,
  notEmpty,
  profileName,
  size,
  webAddress,
  wholeNumber,
} from './policy-fields.ts';
import { podProfile } from './profile-schema.ts';
import { resources } from './resources-schema.ts';
import { defaultContext, enforcedContext, userNamespaces } from './security-schema.ts';
import { aDay, timeouts } from './timeouts-schema.ts';

const ids = z.array(wholeNumber(0, maxId));

const rejection = z.strictObject({
  help_url: webAddress
    .exactOptional()
    .describe('Address of the help page; the rejected image is added to it.'),
  message: authorText.exactOptional().describe('Your words to the author of a rejected job.'),
  contact: authorText.exactOptional().describe('Where to ask for another image.'),
  exit_code: wholeNumber(1, 255)
    .default(1)
    .describe('What `allow_failure:exit_codes` sees for a rejected job; 1 by default.'),
});

const serviceReadiness = z.strictObject({
  // As GitLab's wait_for_services_timeout.
  timeout: durationBetween('0s', aDay, 'no job waits for its services for longer than a day')
    .prefault('30s')
    .describe("How long services' ports are waited for; 0 for not at all."),
});

const cluster = z.strictObject({
  namespace: dnsLabel.describe('Where job pods are created.'),
  kubeconfig: filePath
    .exactOptional()
    .describe('Path of a kubeconfig file; without it in-cluster, then KUBECONFIG.'),
  context: notEmpty.exactOptional().describe('Context of the kubeconfig; without it the current one.'),
});

export const policySchema = z.strictObject({
  cluster: cluster.describe('The Kubernetes cluster that jobs run in.'),
  default_image: imageName.exactOptional().describe('For jobs that name no image; always allowed.'),
  helper_image: imageName
    .exactOptional()
    .describe("GitLab Runner's helper image; by default the one of the runner's version."),
  allowed_images: patterns
    .exactOptional()
    .describe('Images that jobs may name. Absent: all. Empty: only the default image.'),
  allowed_services: patterns
    .exactOptional()
    .describe('Services that jobs may name. Absent: all. Empty: none.'),
  pull_policy: pullPolicyOrder.describe(
    "When images are pulled; of a list, later ones are tried after a failed pull. Absent: the cluster's default.",
  ),
  allowed_pull_policies: pullPolicies
    .min(1, 'is empty, and then no job could run; leave the key out, or name at least one')
    .exactOptional()
    .describe('Pull policies that a job may ask for. Absent: those of pull_policy, or any.'),
  image_matching: z
    .enum(['gitlab', 'canonical'])
    .default('gitlab')
    .describe(
      'gitlab: names are compared as written. canonical: any spelling of an allowed image is allowed.',
    ),
  images: images
    .exactOptional()
    .describe('What is asked of registries before an admitted image runs. Absent: nothing.'),
  rules: z.array(rule).prefault([]).describe('What some projects, or protected refs, may use in addition.'),
  replacements: z.array(replacement).default([]).describe('What a rejection suggests first.'),
  allowed_users: ids
    .exactOptional()
    .describe('User ids that a job may ask for. Absent: any that the contexts allow.'),
  allowed_groups: ids
    .exactOptional()
    .describe('Group ids that a job may ask for. Absent: any that the contexts allow.'),
  rejection: rejection.prefault({}).describe('What the author of a rejected job reads.'),
  default_security_context: defaultContext.describe(
    'Pod and container security fields for what a job does not say.',
  ),
  enforced_security_context: enforcedContext.describe(
    'Pod and container security fields that win over everything else.',
  ),
  // GitLab keeps 4 MiB of a job's log by default, and what is printed has to fit on the node until it was read.
  log_limit: size.prefault('256Mi').describe('How much one sub-stage may print before it is stopped.'),
  user_namespaces: userNamespaces.describe(
    'required: a job runs only in a proven user namespace. vm: some RuntimeClasses isolate otherwise. unproven: for trying out.',
  ),
  resources: resources.describe(
    'Requests and limits for each kind of container; what is left out keeps its default.',
  ),
  job_may_set: jobMaySet
    .exactOptional()
    .describe(
      "What a job may set of its pod by GitLab's KUBERNETES_* variables, and how far. Absent: nothing.",
    ),
  user_database: z
    .enum(['generated', 'image'])
    .default('generated')
    .describe(
      'generated: a job that is not root has a name, in /etc/passwd and /etc/group of the executor. image: as the image has them.',
    ),
  pod_template: z
    .record(z.string(), z.unknown())
    .exactOptional()
    .describe('A PodTemplateSpec that is merged into each job pod.'),
  profiles: z
    .record(profileName, podProfile)
    .default({})
    .describe('Named variants of how a pod is made; a rule gives one to its jobs.'),
  timeouts: timeouts.prefault({}).describe('Durations such as 90s, 5m or 1h30m.'),
  service_readiness: serviceReadiness.prefault({}).describe('Waiting for services before the job starts.'),
  job_records: jobRecords
    .exactOptional()
    .describe('Where each job leaves a line about itself. Absent: nowhere.'),
  tracing: z
    .enum(['none', 'gitlab'])
    .exactOptional()
    .describe('gitlab: spans of each job go to where GitLab asks for them. Absent: nowhere.'),
  service_workspace: z
    .enum(['none', 'read-only'])
    .default('none')
    .describe("Whether services see the job's files: none, or read-only; never more."),
  lasting_workspaces: lastingWorkspaces
    .exactOptional()
    .describe(
      'Workspaces on volumes that outlive their jobs, for later jobs of the same project. Absent: every job starts with an empty one.',
    ),
  image_pull_secrets: z
    .array(dnsSubdomain)
    .default([])
    .describe('Secrets in cluster.namespace with credentials of registries.'),
});
