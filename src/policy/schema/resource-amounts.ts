// Requests and limits of a container, as Kubernetes validates them: names, amounts, and each request beside its limit.
// Source: ValidateContainerResourceRequirements in Kubernetes, pkg/apis/core/validation/validation.go.

import { nearestName } from '../../text/nearest-name.ts';
import { byteFault } from './values/byte-amount.ts';
import { readQuantity } from './values/quantity.ts';

export interface Amounts {
  readonly requests?: Readonly<Record<string, unknown>> | undefined;
  readonly limits?: Readonly<Record<string, unknown>> | undefined;
}

export interface AmountProblem {
  readonly list: 'requests' | 'limits';
  readonly name: string;
  /** A clause that follows the amount's path. */
  readonly message: string;
  readonly isAboutKey?: boolean;
}

const ordinary = ['cpu', 'memory', 'ephemeral-storage'];
/** Kubernetes' own, and what device plugins offer. */
const form =
  /^(?:cpu|memory|ephemeral-storage|hugepages-[A-Za-z0-9]+|[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\/[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)$/;

/** Larger machines exist, and nobody gives all of one to a single container of a job; `500` is 500m without its letter. */
const maxCores = 256;

const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
const countsBytes = (name: string): boolean => name === 'memory' || name === 'ephemeral-storage';

/** `null` takes an amount away and is no mistake. */
export function checkResourceAmounts({ requests = {}, limits = {} }: Amounts): AmountProblem[] {
  const all = [
    ...Object.entries(requests).map(([name, amount]) => ({ list: 'requests', name, amount }) as const),
    ...Object.entries(limits).map(([name, amount]) => ({ list: 'limits', name, amount }) as const),
  ].filter(({ amount }) => amount !== null);
  const ofEach = all.flatMap((each): AmountProblem[] => {
    const ofName = nameFault(each.name);
    if (ofName !== null) return [{ list: each.list, name: each.name, message: ofName, isAboutKey: true }];
    const message = amountFault(each.name, each.amount, each.list);
    return message === null ? [] : [{ list: each.list, name: each.name, message }];
  });
  return ofEach.length > 0 ? ofEach : checkPairs({ requests, limits });
}

/** What amounts ask of each other: each request fits its limit, and huge pages do not stand alone. */
export function checkPairs(amounts: Amounts): AmountProblem[] {
  const { requests = {}, limits = {} } = amounts;
  const pairs = Object.entries(requests).flatMap(([name, request]) => {
    const message = request === null ? null : pairFault(name, request, limits[name] ?? undefined);
    return message === null ? [] : [{ list: 'requests', name, message } as const];
  });
  return [...pairs, ...loneHugePages(amounts)];
}

function loneHugePages({ requests = {}, limits = {} }: Amounts): AmountProblem[] {
  const all = { ...requests, ...limits };
  const [name] = Object.keys(all).filter(isHugePages);
  if (name === undefined || 'cpu' in all || 'memory' in all) return [];
  const list = name in limits ? 'limits' : 'requests';
  return [{ list, name, message: 'cannot stand alone: Kubernetes asks for cpu or memory beside it' }];
}

function nameFault(name: string): string | null {
  if (form.test(name)) return null;
  const known = [...ordinary, 'hugepages-2Mi', 'nvidia.com/gpu'];
  // `mem`, `storage` and `gpu` are no slips of the finger.
  const isPartOf = (each: string): boolean => each.startsWith(name) || new RegExp(`[/-]${name}$`).test(each);
  const near = (/^[a-z]+$/.test(name) ? known.find(isPartOf) : undefined) ?? nearestName(name, known);
  const meant = near === null ? '' : `; did you mean \`${near}\`?`;
  return `is not a resource that a container can have${meant}${meant === '' ? '.' : ''} There are ${ordinary.join(', ')}, hugepages-SIZE, and DOMAIN/NAME of a device plugin`;
}

function amountFault(name: string, written: unknown, list: AmountProblem['list']): string | null {
  const amount = amountOf(written);
  if (amount === null) return 'is not a Kubernetes quantity; write one such as 500m, 2, 512Mi or 10Gi';
  if (amount === 0 && list === 'limits' && ordinary.includes(name)) {
    return 'is 0, which Kubernetes reads as no limit; give an amount, or take the limit away';
  }
  if (countsBytes(name) || isHugePages(name)) return byteFault(String(written));
  if (name === 'cpu' && amount > maxCores)
    return `is ${amount} cores, more than a container gets; did you mean \`${amount}m\` (thousandths)?`;
  if (name.includes('/') && !Number.isInteger(amount))
    return 'must be a whole number: devices are not shared in parts';
  return null;
}

function pairFault(name: string, request: unknown, limit: unknown): string | null {
  const [requested, limited] = [amountOf(request), limit === undefined ? null : amountOf(limit)];
  const isExact = isHugePages(name) || name.includes('/');
  if (isExact && limited === null)
    return 'needs the same limit: what is not shared is requested and limited as one';
  if (requested === null || limited === null) return null;
  if (requested > limited) return `is more than its limit, ${String(limit)}; Kubernetes refuses such a pod`;
  return isExact && requested < limited
    ? `is less than its limit, ${String(limit)}, and must be the same`
    : null;
}

function amountOf(written: unknown): number | null {
  return typeof written === 'string' || typeof written === 'number' ? readQuantity(String(written)) : null;
}
