// Services that do not listen in time: said outside the collapsed section about the pod, where the author sees it.
import { describeService } from '../describe-service.ts';
import type { PodInput, ReadyPod } from './ready-pod.ts';
import { serviceStates } from './service-states.ts';

export async function warnLateServices(
  { io, cluster, plan, policy }: Pick<PodInput, 'io' | 'cluster' | 'plan' | 'policy'>,
  { pod, lateServices }: ReadyPod,
): Promise<void> {
  const services = serviceStates(plan.admitted);
  const late = services.filter(({ container }) => lateServices.includes(container));
  const seconds = policy.service_readiness.timeout;
  const warnings = late.map((service) =>
    describeService({
      ...{ cluster, pod, services, service },
      what: (name) =>
        `The service ${name} does not listen on its port ${service.port} after ${seconds} s. The job goes on.`,
    }),
  );
  for (const warning of await Promise.all(warnings)) io.log(warning);
}
