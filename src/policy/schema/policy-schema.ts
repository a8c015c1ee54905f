// Every key of the policy file: its type, its check, and its sentence in the JSON schema that editors use. What an absent
// key means is decided in complete-policy.ts.
import { z } from 'zod';
import { maxId } from '../../layout/ids.ts';
import {
  authorText,
  dnsLabel,
  dnsSubdomain,
  durationBetween,
  imageName,
  notEmpty,
  patternOf,
  quantity,
  size,
  webAddress,
  wholeNumber,
} from './policy-fields.ts';

/** What takes longer needs somebody who looks. */
const aDay = '24h';

/** The runner kills a stage after 5 minutes; the last one is for what follows the grace. */
const maxStopGrace = '4m';

const pattern = patternOf('image name');
const allowedPattern = z.union([
  pattern,
  z.strictObject({
    pattern: pattern.describe('A pattern as in GitLab: `*` within one part of a path, `**` across parts.'),
    because: notEmpty.optional().describe('Why it is allowed; shown to authors.'),
  }),
]);
const patterns = z.array(allowedPattern);

const pullPolicy = z.enum(['always', 'if-not-present', 'never']);
const pullPolicies = z.array(pullPolicy);
const ids = z.array(wholeNumber(0, maxId));
const mapping = z.record(z.string(), z.unknown());

const amounts = z.record(z.string(), quantity);
const requirements = z.strictObject({
  requests: amounts
    .optional()
    .describe('What the scheduler keeps free for the container. null takes a default away.'),
  limits: amounts.optional().describe('What the container cannot exceed. null takes a default away.'),
});

const rule = z.strictObject({
  when: z
    .strictObject({
      projects: z.array(patternOf('project path')).optional().describe('Patterns of full paths: `group/**`.'),
      project_ids: z.array(wholeNumber(1, Number.MAX_SAFE_INTEGER)).optional().describe('Ids of projects.'),
      namespace_ids: z
        .array(wholeNumber(1, Number.MAX_SAFE_INTEGER))
        .optional()
        .describe('Ids of the groups or users that own the project directly.'),
      protected_ref: z.boolean().optional().describe('Whether the branch or tag is a protected one.'),
    })
    .describe('All of these must hold; of the values of one, one is enough.'),
  allowed_images: patterns.optional().describe('Added to allowed_images for these jobs.'),
  allowed_services: patterns.optional().describe('Added to allowed_services for these jobs.'),
  allowed_pull_policies: pullPolicies.optional().describe('Added to allowed_pull_policies for these jobs.'),
});

const replacement = z.strictObject({
  pattern: pattern.describe('Names that authors are likely to ask for.'),
  use: imageName.describe('The image to use instead.'),
  because: notEmpty.optional().describe('Why; shown to authors.'),
});

const rejection = z.strictObject({
  help_url: webAddress.optional().describe('Address of the help page; the rejected image is added to it.'),
  message: authorText.optional().describe('Your words to the author of a rejected job.'),
  contact: authorText.optional().describe('Where to ask for another image.'),
  exit_code: wholeNumber(1, 255)
    .optional()
    .describe('What `allow_failure:exit_codes` sees for a rejected job; 1 by default.'),
});

const userNamespaces = z.union([
  z.enum(['required', 'unproven', 'vm']),
  z.strictObject({
    mode: z.enum(['required', 'unproven', 'vm']).describe('See user_namespaces.'),
    runtime_classes: z
      .array(dnsSubdomain)
      .optional()
      .describe('For vm: the RuntimeClasses whose pods are virtual machines.'),
  }),
]);

export const policySchema = z.strictObject({
  cluster: z
    .strictObject({
      namespace: dnsLabel.describe('Where job pods are created.'),
      kubeconfig: notEmpty
        .optional()
        .describe('Path of a kubeconfig file; without it in-cluster, then KUBECONFIG.'),
      context: notEmpty.optional().describe('Context of the kubeconfig; without it the current one.'),
    })
    .describe('The Kubernetes cluster that jobs run in.'),
  default_image: imageName.optional().describe('For jobs that name no image; always allowed.'),
  helper_image: imageName
    .optional()
    .describe("GitLab Runner's helper image; by default the one of the runner's version."),
  allowed_images: patterns
    .optional()
    .describe('Images that jobs may name. Absent: all. Empty: only the default image.'),
  allowed_services: patterns.optional().describe('Services that jobs may name. Absent: all. Empty: none.'),
  pull_policy: z
    .union([pullPolicy, pullPolicies])
    .optional()
    .describe(
      "When images are pulled; of a list, later ones are tried after a failed pull. Absent: the cluster's default.",
    ),
  allowed_pull_policies: pullPolicies
    .min(1, 'is empty, and then no job could run; leave the key out, or name at least one')
    .optional()
    .describe('Pull policies that a job may ask for. Absent: those of pull_policy, or any.'),
  image_matching: z
    .enum(['gitlab', 'canonical'])
    .optional()
    .describe(
      'gitlab: names are compared as written. canonical: any spelling of an allowed image is allowed.',
    ),
  rules: z.array(rule).optional().describe('What some projects, or protected refs, may use in addition.'),
  replacements: z.array(replacement).optional().describe('What a rejection suggests first.'),
  allowed_users: ids
    .optional()
    .describe('User ids that a job may ask for. Absent: any that the contexts allow.'),
  allowed_groups: ids
    .optional()
    .describe('Group ids that a job may ask for. Absent: any that the contexts allow.'),
  rejection: rejection.optional().describe('What the author of a rejected job is told.'),
  default_security_context: mapping
    .optional()
    .describe('Pod and container security fields for what a job does not say.'),
  enforced_security_context: mapping
    .optional()
    .describe('Pod and container security fields that win over everything else.'),
  log_limit: size.optional().describe('How much one sub-stage may print before it is stopped.'),
  user_namespaces: userNamespaces
    .optional()
    .describe(
      'required: a job runs only in a proven user namespace. vm: some RuntimeClasses isolate otherwise. unproven: for trying out.',
    ),
  resources: z
    .strictObject({
      build: requirements.optional().describe("The container of the job's image."),
      helper: requirements.optional().describe('The container that clones, and moves caches and artifacts.'),
      service: requirements.optional().describe('Each service.'),
      init: requirements
        .optional()
        .describe('The short container that makes directories, where one is needed.'),
    })
    .optional()
    .describe('Requests and limits for each kind of container; what is left out keeps its default.'),
  pod_template: mapping.optional().describe('A PodTemplateSpec that is merged into each job pod.'),
  timeouts: z
    .strictObject({
      ready: durationBetween('1s', aDay, 'no pod is ready at once, and no job waits for longer than a day')
        .optional()
        .describe('How long a pod may take to become ready.'),
      reconnect: durationBetween('0s', aDay, 'a connection that is lost for a day is lost')
        .optional()
        .describe('How long a lost connection is taken up again.'),
      stop_grace: durationBetween('0s', maxStopGrace, 'GitLab Runner gives a cancelled job 5 minutes in all')
        .optional()
        .describe('Time between TERM and KILL when a job is stopped.'),
    })
    .optional()
    .describe('Durations such as 90s, 5m or 1h30m.'),
  service_readiness: z
    .strictObject({
      timeout: durationBetween('0s', aDay, 'no job waits for its services for longer than a day')
        .optional()
        .describe("How long services' ports are waited for; 0 for not at all."),
    })
    .optional()
    .describe('Waiting for services before the job starts.'),
  image_pull_secrets: z
    .array(dnsSubdomain)
    .optional()
    .describe('Secrets in cluster.namespace with credentials of registries.'),
});

/** The file as it is written, checked key by key. */
export type PolicyFile = z.infer<typeof policySchema>;
