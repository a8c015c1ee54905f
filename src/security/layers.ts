// One security context out of several, field by field: the strongest layer that names a field decides it.
import type { SecurityFields } from '../policy/policy.ts';
import { formatKeyPath, type KeyPath } from '../policy/problem.ts';
import { type Capabilities, mergeCapabilities } from './capabilities.ts';
import { belongsTo } from './security-fields.ts';

/** Who decided a field, from the weakest to the strongest; `ours` fills what nobody named. */
type SecuritySource = 'default' | 'template' | 'job' | 'enforced' | 'ours';

export interface Layer {
  readonly source: SecuritySource;
  /** Where the fields stand: a path in the policy, or the job's key; empty for `ours`. */
  readonly path: KeyPath;
  readonly fields: SecurityFields;
  /** The policy does not say it: these are the fields that are shipped. */
  readonly isShipped?: boolean;
}

export interface LayerDecision {
  readonly source: SecuritySource;
  readonly path: KeyPath;
  readonly isShipped?: boolean;
}

/** `enforced_security_context.runAsNonRoot`, `image:kubernetes:user`, `gitlab-pod-executor`. */
export function nameDecision({ source, path, isShipped = false }: LayerDecision): string {
  if (source === 'ours') return 'gitlab-pod-executor';
  return `${formatKeyPath(path)}${isShipped ? ' (as shipped)' : ''}`;
}

export interface ResolvedContext {
  /** As it goes into the manifest. */
  readonly context: SecurityFields;
  /** By field; `capabilities.add` and `capabilities.drop` each have their own. */
  readonly decisions: Readonly<Record<string, LayerDecision>>;
}

/** `layers` from the weakest to the strongest. Fields that belong elsewhere are passed over. */
export function layerFields(place: 'pod' | 'container', layers: readonly Layer[]): ResolvedContext {
  const context: Record<string, unknown> = {};
  const decisions: Record<string, LayerDecision> = {};
  for (const layer of layers) {
    const { source, path, fields } = layer;
    for (const [field, value] of Object.entries(fields)) {
      if (field === 'capabilities' || value === undefined || !belongsTo(place, field)) continue;
      context[field] = value;
      decisions[field] = decisionOf(layer, source === 'job' ? path : [...path, field]);
    }
  }
  if (place === 'container') layerCapabilities(layers, context, decisions);
  return { context, decisions };
}

function decisionOf({ source, isShipped }: Layer, path: KeyPath): LayerDecision {
  return isShipped ? { source, path, isShipped } : { source, path };
}

function layerCapabilities(
  layers: readonly Layer[],
  context: Record<string, unknown>,
  decisions: Record<string, LayerDecision>,
): void {
  const naming = layers.flatMap((layer) => {
    const capabilities = layer.fields['capabilities'] as Capabilities | undefined;
    return capabilities ? [{ layer, capabilities }] : [];
  });
  const merged = mergeCapabilities(naming.map(({ capabilities }) => capabilities));
  if (merged.add ?? merged.drop) context['capabilities'] = merged;
  for (const list of ['add', 'drop'] as const) {
    const last = naming.findLast(({ capabilities }) => capabilities[list] !== undefined)?.layer;
    if (!last || !merged[list]) continue;
    decisions[`capabilities.${list}`] = decisionOf(last, [...last.path, 'capabilities', list]);
  }
}
