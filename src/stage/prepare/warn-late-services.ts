// Services that do not listen in time: said outside the collapsed section about the pod, where the author sees it.
import type { ServiceState } from '../attempt-state.ts';
import { describeService } from '../describe-service.ts';
import type { CrashInput } from '../warn-crashes.ts';

interface LateInput extends CrashInput {
  /** Their containers. */
  readonly late: readonly string[];
  /** How long they were waited for. */
  readonly seconds: number;
}

export async function warnLateServices({
  io,
  cluster,
  pod,
  services,
  late,
  seconds,
}: LateInput): Promise<void> {
  const warnings = services
    .filter(({ container }) => late.includes(container))
    .map((service) =>
      describeService({
        ...{ cluster, pod, services, service },
        what: (name) => `The service ${name} ${stateOf(service)} after ${seconds} s. The job goes on.`,
      }),
    );
  for (const warning of await Promise.all(warnings)) io.log(warning);
}

/** Without a port of its own, the operator's template has a probe for it. */
const stateOf = ({ port }: ServiceState): string =>
  port === null ? 'is not ready' : `does not listen on its port ${port}`;
