// The look at a pod's containers as soon as the node reports that they were started: their status follows up to a second later, because
// a kubelet looks at its containers once a second. The report is only the occasion to ask; what counts is their answer.
import type { Pod } from '../../cluster/cluster.ts';
import { buildContainer, helperContainer } from '../../layout/container-names.ts';
import { type Inspection, type InspectionInput, inspectOnce } from './inspect-containers.ts';

export interface EarlyLook {
  /** The node reports that this container was started. */
  readonly onStarted: (container: string) => void;
  /** Settles once both containers have answered; where they do not, it never does. */
  readonly answered: Promise<Inspection>;
  /** The answer, where they were asked and have one. */
  readonly outcome: () => Promise<Inspection | null>;
}

export function startEarlyLook(request: Omit<InspectionInput, 'deadline'>): EarlyLook {
  const awaited = new Set<string>([buildContainer, helperContainer]);
  const answered = Promise.withResolvers<Inspection>();
  answered.promise.catch(() => undefined);
  let look: Promise<Inspection | null> | undefined;
  return {
    onStarted: (container) => {
      awaited.delete(container);
      if (awaited.size > 0 || look) return;
      look = inspectOnce(request);
      look.then((inspection) => inspection && answered.resolve(inspection), answered.reject);
    },
    answered: answered.promise,
    outcome: () => look ?? Promise.resolve(null),
  };
}

/** What makes a container ready later than it runs. */
const laterThanStart = ['readinessProbe', 'startupProbe', 'lifecycle'];

/** Whether a pod is ready once build and helper answer: nothing else is waited for. */
export function isReadyByAnswers({ spec }: Pod, names: readonly string[]): boolean {
  if (names.some((name) => name !== buildContainer && name !== helperContainer)) return false;
  const containers = (spec['containers'] ?? []) as readonly Readonly<Record<string, unknown>>[];
  return containers.every((container) => laterThanStart.every((key) => container[key] === undefined));
}
