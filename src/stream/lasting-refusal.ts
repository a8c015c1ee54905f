// An API server that has just started refuses credentials and rights until its caches are full: only a refusal that lasts is final.
import type { ExecResult } from '../cluster/cluster.ts';
import { SystemFailure } from '../outcome/system-failure.ts';
import { plainLine } from '../text/plain-text.ts';

/** Measured on Kubernetes 1.36: a restarted API server answers rightly after 2 to 5 s. */
const gracePeriodSeconds = 15;

/**
 * To be asked after each try, with how the exec ended and what any other question to the API server threw.
 *
 * @param isOver nobody will try again: what is refused now is final
 * @returns the refusal that has lasted long enough to be believed; null as long as it may pass, or when there is none
 */
export type RefusalCheck = (end: ExecResult, failure: unknown, isOver: boolean) => SystemFailure | null;

export function trackRefusals(): RefusalCheck {
  let since: number | null = null;
  let isFirst = true;
  return (end, failure, isOver) => {
    // Nothing began yet, and it will not get better. Later it may be one of several servers behind one address.
    const isFinal = isOver || (isFirst && end.kind === 'incompatible');
    isFirst = false;
    const refusal = refusalIn(end, failure);
    if (refusal === null) {
      since = null;
      return null;
    }
    since ??= performance.now();
    return isFinal || performance.now() - since >= gracePeriodSeconds * 1000 ? refusal : null;
  };
}

function refusalIn(end: ExecResult, failure: unknown): SystemFailure | null {
  if (failure instanceof SystemFailure && (failure.code === 'unauthorized' || failure.code === 'forbidden'))
    return failure;
  if (end.kind === 'incompatible') return noApiServer(end.message);
  if (end.kind !== 'refused') return null;
  // Neither yes nor no: a page, or the way to one.
  if (end.httpStatus < 400) return noApiServer(`${end.message} (HTTP ${end.httpStatus})`);
  if (end.httpStatus !== 401 && end.httpStatus !== 403) return null;
  return new SystemFailure(end.httpStatus === 401 ? 'unauthorized' : 'forbidden', {
    what: `The API server refuses exec into the job's pod: ${plainLine(end.message)} (HTTP ${end.httpStatus}).`,
    operator:
      'does the account of `cluster` in the policy have `create` and `get` on `pods/exec`, and is its token still good? config/rbac.yaml holds all that it needs.',
  });
}

function noApiServer(why: string): SystemFailure {
  return new SystemFailure('cluster-refused', {
    what: `The answer to exec into the job's pod is not an API server's: ${plainLine(why)}.`,
    operator:
      'a proxy, load balancer or login page between the runner and the API server must pass on WebSockets, with their `Sec-WebSocket-Protocol`; or name the API server itself in the kubeconfig.',
  });
}
