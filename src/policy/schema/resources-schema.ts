// Requests and limits of each kind of container: each amount the operator's, or the shipped one moved so that the two of a pair
// still fit together.
import { z } from 'zod';
import { noProblems, quantity } from './policy-fields.ts';
import { checkResourceAmounts } from './resource-amounts.ts';
import { readQuantity } from './values/quantity.ts';

type Amounts = Readonly<Record<string, string>>;

interface ShippedRequirements {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/** Small enough to be scheduled on a test cluster, with limits that an ordinary build does not meet. */
export const shippedResources = {
  build: {
    requests: { cpu: '250m', memory: '512Mi', 'ephemeral-storage': '1Gi' },
    limits: { cpu: '2', memory: '4Gi', 'ephemeral-storage': '10Gi' },
  },
  // git and the packing of artifacts need memory in the measure of the repository.
  helper: {
    requests: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '256Mi' },
    limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '5Gi' },
  },
  service: {
    requests: { cpu: '100m', memory: '256Mi', 'ephemeral-storage': '256Mi' },
    limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '2Gi' },
  },
  // It makes a directory. A shell alone needs about 5 MiB, and some runtimes refuse to start with less than 12.
  init: {
    requests: { cpu: '5m', memory: '16Mi', 'ephemeral-storage': '16Mi' },
    limits: { cpu: '100m', memory: '32Mi', 'ephemeral-storage': '16Mi' },
  },
} as const satisfies Readonly<Record<string, ShippedRequirements>>;

const amounts = z.record(z.string(), quantity);
export const requirements = z
  .strictObject({
    requests: amounts
      .exactOptional()
      .describe('What the scheduler keeps free for the container. null takes a default away.'),
    limits: amounts.exactOptional().describe('What the container cannot exceed. null takes a default away.'),
  })
  .superRefine(
    noProblems((written) =>
      checkResourceAmounts(written).map(({ list, name, ...problem }) => ({ ...problem, path: [list, name] })),
    ),
  );

export const resources = z
  .strictObject({
    build: over(shippedResources.build).describe("The container of the job's image."),
    helper: over(shippedResources.helper).describe(
      'The container that clones, and moves caches and artifacts.',
    ),
    service: over(shippedResources.service).describe('Each service.'),
    init: over(shippedResources.init).describe(
      'The short container that makes directories, where one is needed.',
    ),
  })
  .prefault({});

function over(shipped: ShippedRequirements) {
  return requirements.transform((written) => completeRequirements(written, shipped)).prefault(shipped);
}

/** null in the file takes an amount away. `shipped`: what holds for amounts that are left out. */
export function completeRequirements(
  written: z.output<typeof requirements>,
  shipped: ShippedRequirements,
): { requests?: Amounts; limits?: Amounts } {
  const requests = layer(shipped.requests, written.requests);
  const limits = layer(shipped.limits, written.limits);
  for (const name of Object.keys(requests)) {
    if (!exceeds(requests[name], limits[name])) continue;
    // A limit below the shipped request lowers the request; a request above the shipped limit raises the limit.
    if (written.requests?.[name] === undefined) requests[name] = limits[name] ?? '';
    else if (written.limits?.[name] === undefined) limits[name] = requests[name] ?? '';
  }
  return { requests, limits };
}

function layer(shipped: Amounts, written: z.output<typeof amounts> = {}): Record<string, string> {
  const both = { ...shipped, ...written };
  return Object.fromEntries(
    Object.entries(both).flatMap(([name, amount]) => (amount === null ? [] : [[name, String(amount)]])),
  );
}

/** Whether a request is more than its limit; Kubernetes refuses such a pod. */
export function exceeds(request: string | undefined, limit: string | undefined): boolean {
  if (request === undefined || limit === undefined) return false;
  return (readQuantity(request) ?? 0) > (readQuantity(limit) ?? 0);
}
