// Requests and limits: each amount the operator's, or the shipped one moved so that the two of a pair still fit together.
import type { ContainerRole, ResourceRequirements } from '../policy.ts';
import type { PolicyFile } from './policy-schema.ts';
import { readQuantity } from './quantity.ts';
import { shippedResources } from './shipped-policy.ts';

type Written = NonNullable<NonNullable<PolicyFile['resources']>[ContainerRole]>;
type Amounts = Readonly<Record<string, string>>;

export function completeResources(
  written: PolicyFile['resources'],
): Readonly<Record<ContainerRole, ResourceRequirements>> {
  return {
    build: completeRole(shippedResources.build, written?.build),
    helper: completeRole(shippedResources.helper, written?.helper),
    service: completeRole(shippedResources.service, written?.service),
    init: completeRole(shippedResources.init, written?.init),
  };
}

/** null in the file takes a default away. */
function completeRole(shipped: Required<ResourceRequirements>, written: Written = {}): ResourceRequirements {
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

function layer(shipped: Amounts, written: Written['requests'] = {}): Record<string, string> {
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
