// How far a job may set its own pod by GitLab's KUBERNETES_* variables: the most of an amount, and patterns of what is a text.
import { z } from 'zod';
import { amount, noProblems, notEmpty } from './policy-fields.ts';
import { checkResourceAmounts } from './resource-amounts.ts';

const max = amount.transform(String).exactOptional();
/** GitLab has variables for these, and for no other resource. */
const maxOfEach = z.strictObject({
  cpu: max.describe('Cores: 500m, 2.'),
  memory: max.describe('Bytes: 512Mi, 4Gi.'),
  'ephemeral-storage': max.describe("Bytes of the node's disk: 10Gi."),
});

const ofContainer = z
  .strictObject({
    requests: maxOfEach.exactOptional().describe('The most that a job may request.'),
    limits: maxOfEach.exactOptional().describe('The highest limits that a job may set.'),
  })
  .superRefine(
    noProblems((written) =>
      checkResourceAmounts(written).map(({ list, name, ...problem }) => ({ ...problem, path: [list, name] })),
    ),
  );

/** What a pattern may be is said where pods are made: src/pod/may-set. */
const settings = z.array(notEmpty).exactOptional();

export const jobMaySet = z.strictObject({
  build: ofContainer
    .exactOptional()
    .describe('By KUBERNETES_CPU_LIMIT, KUBERNETES_MEMORY_REQUEST and so on.'),
  helper: ofContainer.exactOptional().describe('By KUBERNETES_HELPER_….'),
  service: ofContainer
    .exactOptional()
    .describe("By KUBERNETES_SERVICE_…, of the job for all services, or of a service's own variables."),
  node_selector: settings.describe('Patterns KEY=VALUE, for KUBERNETES_NODE_SELECTOR_….'),
  tolerations: settings.describe(
    'Patterns KEY=VALUE:EFFECT or KEY:EFFECT, for KUBERNETES_NODE_TOLERATIONS_….',
  ),
  labels: settings.describe('Patterns KEY=VALUE, for KUBERNETES_POD_LABELS_….'),
  annotations: settings.describe('Patterns KEY=VALUE, for KUBERNETES_POD_ANNOTATIONS_….'),
  service_account: settings.describe('Patterns of names, for KUBERNETES_SERVICE_ACCOUNT_OVERWRITE.'),
});
