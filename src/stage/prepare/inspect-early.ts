// The look at a pod's containers as soon as the node reports that they were started: their status follows up to a second later, because
// a kubelet looks at its containers once a second. The report is only the occasion to ask; what counts is their answer.
import type { Pod } from '../../cluster/cluster.ts';
import { buildContainer, helperContainer, type JobContainer } from '../../layout/container-names.ts';
import { type Inspection, type InspectionInput, inspectOnce, readAnswers } from './inspect-containers.ts';

export interface EarlyLook {
  /** The node reports that this container was started. */
  readonly onStarted: (container: string) => void;
  /** Settles once both containers have answered; where they do not, it never does. */
  readonly answered: Promise<Inspection>;
  /** The answer, where they were asked and have one. */
  readonly outcome: () => Promise<Inspection | null>;
}

/** Each is asked as soon as it was started: the node is still busy with the other one. */
export function startEarlyLook(request: Omit<InspectionInput, 'deadline'>): EarlyLook {
  const asked = new Map<string, Promise<string | null>>();
  const answered = Promise.withResolvers<Inspection>();
  answered.promise.catch(() => undefined);
  let look: Promise<Inspection | null> | undefined;
  const ask = (container: JobContainer): void => {
    if (!asked.has(container)) asked.set(container, inspectOnce(request, container));
    const [helper, build] = [asked.get(helperContainer), asked.get(buildContainer)];
    if (!helper || !build || look) return;
    look = Promise.all([helper, build]).then(([said, built]) =>
      said !== null && built !== null ? readAnswers(said, built, request) : null,
    );
    look.then((inspection) => inspection && answered.resolve(inspection), answered.reject);
  };
  return {
    onStarted: (container) => {
      if (container === buildContainer || container === helperContainer) ask(container);
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
