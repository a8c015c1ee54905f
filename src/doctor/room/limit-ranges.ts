// What the limit ranges of the namespace do to a job's pod, and what of `job_may_set` they would refuse.
import type { Cluster, LimitRange, Manifest } from '../../cluster/cluster.ts';
import type { Policy } from '../../policy/policy.ts';
import { readQuantity } from '../../policy/schema/values/quantity.ts';
import { plainLine } from '../../text/plain-text.ts';
import { ask } from '../call.ts';
import { type DoctorFinding, ok, warn } from '../doctor-finding.ts';
import { notListed } from './not-listed.ts';

export interface LimitRangesInput {
  readonly cluster: Cluster;
  readonly policy: Pick<Policy, 'job_may_set'>;
  /** A job's pod as we ask for it, and as the cluster admits it. */
  readonly manifest: Manifest;
  readonly admitted: Manifest;
  readonly signal: AbortSignal;
}

const check = 'limit range';

export async function checkLimitRanges(input: LimitRangesInput): Promise<DoctorFinding> {
  const { cluster, policy, manifest, admitted, signal } = input;
  const result = await ask((limit) => cluster.listLimitRanges({ signal: limit }), signal);
  if ('refused' in result) return notListed(check, result.refused, 'limitranges');
  if (result.answer.length === 0) return ok(check, 'none in the namespace');
  const names = result.answer.map(({ metadata }) => plainLine(metadata.name)).join(', ');
  const added = addedTo(manifest, admitted);
  const found = `${names}: ${added.length === 0 ? 'changes nothing of a job' : `adds ${added.join(', ')}`}`;
  const faults = result.answer.flatMap((range) => exceeding(range, policy));
  if (faults.length === 0) return ok(check, found);
  return warn(check, [found, ...faults].join('\n'), {
    text: 'A job that sets so much is refused by the cluster. Lower `job_may_set` in the policy, or raise the limit range.',
  });
}

/** More than a container may have, which a job could set. */
function exceeding(
  { metadata, spec }: LimitRange,
  { job_may_set: allowed }: Pick<Policy, 'job_may_set'>,
): readonly string[] {
  const maxima = spec.limits.filter(({ type }) => type === 'Container').map(({ max = {} }) => max);
  return (['build', 'helper', 'service'] as const).flatMap((kind) =>
    (['requests', 'limits'] as const).flatMap((side) =>
      Object.entries(allowed?.[kind]?.[side] ?? {}).flatMap(([resource, written]) =>
        maxima.flatMap((bounds) => {
          const [max, asked] = [readQuantity(bounds[resource] ?? ''), readQuantity(written)];
          if (max === null || asked === null || asked <= max) return [];
          return [
            `job_may_set.${kind}.${side}.${resource} is ${written}, and ${plainLine(metadata.name)} allows a container ${plainLine(bounds[resource] ?? '')}`,
          ];
        }),
      ),
    ),
  );
}

interface Container {
  readonly name: string;
  readonly resources?: Readonly<Record<'requests' | 'limits', Readonly<Record<string, unknown>> | undefined>>;
}

const containersOf = (pod: Manifest): readonly Container[] =>
  (pod['spec'] as { readonly containers: readonly Container[] }).containers;

/** `limits.cpu 500m to svc-0`; a request that is only its limit again is Kubernetes' own doing. */
function addedTo(manifest: Manifest, admitted: Manifest): readonly string[] {
  const ours = new Map(containersOf(manifest).map((container) => [container.name, container]));
  return containersOf(admitted).flatMap(({ name, resources }) =>
    (['requests', 'limits'] as const).flatMap((side) => {
      const before = ours.get(name)?.resources;
      return Object.entries(resources?.[side] ?? {}).flatMap(([resource, amount]) => {
        const isOurs = before?.[side]?.[resource] !== undefined;
        const isLimit = side === 'requests' && before?.limits?.[resource] !== undefined;
        return !ours.has(name) || isOurs || isLimit
          ? []
          : [plainLine(`${side}.${resource} ${String(amount)} to ${name}`)];
      });
    }),
  );
}
