// Requests and limits of a container as the policy and its template give them, before a job sets any.
import type { Policy } from '../../policy/policy.ts';
import { isObject } from '../../security/field-values.ts';
import { strategicMerge } from '../strategic-merge.ts';
import { viewTemplate } from '../template/template-view.ts';

export interface EffectiveAmounts {
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
}

/** `container`: its name, for what a template says of it; null: that of no template. */
export function effectiveAmounts(
  { resources, pod_template }: Pick<Policy, 'resources' | 'pod_template'>,
  role: 'build' | 'helper' | 'service',
  container: string | null,
): EffectiveAmounts {
  const { containers } = viewTemplate(pod_template ?? {});
  const refined = containers.find(({ name }) => name === container)?.fields['resources'];
  const { requests, limits } = strategicMerge({ ...resources[role] }, isObject(refined) ? refined : {});
  return { requests: amountTexts(requests), limits: amountTexts(limits) };
}

/** As they are written, but numbers as texts. */
export const amountTexts = (amounts: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(isObject(amounts) ? amounts : {}).map(([name, amount]) => [name, String(amount)]),
  );
