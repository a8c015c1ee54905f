// What a job sets of its own pod, as far as `job_may_set` lets it: laid over the pod and its template, and under nothing of ours.
import { isOwnKey } from '../labels.ts';
import type { Container, PodSpec } from '../manifest.ts';
import type { PodDraft } from '../merge-template.ts';
import { strategicMerge } from '../strategic-merge.ts';

export type SetAmounts = Readonly<Record<'requests' | 'limits', Readonly<Record<string, string>>>>;

type Texts = Readonly<Record<string, string>>;

/** Only src/plan/overwrites makes one, of what it has checked. */
export interface JobSettings {
  /** By container. */
  readonly amounts: Readonly<Record<string, SetAmounts>>;
  readonly nodeSelector: Texts;
  readonly tolerations: readonly Texts[];
  readonly labels: Texts;
  readonly annotations: Texts;
  /** null: as the template has it. */
  readonly serviceAccountName: string | null;
}

export const noSettings: JobSettings = {
  amounts: {},
  nodeSelector: {},
  tolerations: [],
  labels: {},
  annotations: {},
  serviceAccountName: null,
};

/** The executor's own labels and annotations stay as they are, whatever is in `settings`. */
export function laySettings({ metadata, spec }: PodDraft, settings: JobSettings): PodDraft {
  if (settings === noSettings) return { metadata, spec };
  const { nodeSelector, tolerations, serviceAccountName, amounts } = settings;
  const placed = strategicMerge(spec, {
    ...(Object.keys(nodeSelector).length > 0 ? { nodeSelector } : {}),
    ...(serviceAccountName === null ? {} : { serviceAccountName }),
  }) as PodSpec;
  return {
    metadata: strategicMerge(metadata, {
      labels: { ...settings.labels, ...ownOf(metadata['labels']) },
      annotations: { ...settings.annotations, ...ownOf(metadata['annotations']) },
    }),
    spec: {
      ...placed,
      ...(tolerations.length > 0 ? { tolerations: [...listOf(spec['tolerations']), ...tolerations] } : {}),
      containers: placed.containers.map((container) => withAmounts(container, amounts[container.name])),
    },
  };
}

const ownOf = (entries: unknown): object =>
  Object.fromEntries(Object.entries(entries ?? {}).filter(([key]) => isOwnKey(key)));

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

function withAmounts(container: Container, amounts: SetAmounts | undefined): Container {
  if (amounts === undefined) return container;
  return strategicMerge(container, { resources: amounts }) as Container;
}
