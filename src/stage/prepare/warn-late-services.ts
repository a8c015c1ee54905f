// Services that do not listen in time: said outside the collapsed section about the pod, where the author sees it.
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
        what: (name) =>
          `The service ${name} does not listen on its port ${service.port} after ${seconds} s. The job goes on.`,
      }),
    );
  for (const warning of await Promise.all(warnings)) io.log(warning);
}
