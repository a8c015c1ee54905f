// A pod's way into the store: decoding, defaults, admission, validation; refusals in the API server's words.
import { type ZodError, z } from 'zod';
import { badRequest } from '../api/status.ts';
import { defaultPodSpec } from './default-pod.ts';
import { type Pod, podSchema } from './pod.ts';
import { refuseImpossible, validatePod } from './validate-pod.ts';

/** Looks at a pod and may change it, as a webhook does. @throws ApiRefusal to keep it out */
export type AdmissionHook = (pod: Record<string, unknown>) => Record<string, unknown>;

/** @throws ApiRefusal 400, 403 or 422 */
export function admitPod(
  sent: Record<string, unknown>,
  hooks: readonly AdmissionHook[],
): Record<string, unknown> {
  const pod = decode(
    hooks.reduce<Record<string, unknown>>((seen, hook) => hook(seen), complete(decode(sent))),
  );
  const { name = '', labels } = pod.metadata;
  validatePod(name, pod.spec, labels);
  refuseImpossible(name, pod.spec);
  return { ...pod, status: { phase: 'Pending' } satisfies Pod['status'] };
}

type Decoded = z.infer<typeof podSchema>;

const complete = (pod: Decoded): Decoded => ({ ...pod, spec: defaultPodSpec(pod.spec) });

function decode(sent: Record<string, unknown>): Decoded {
  const result = podSchema.safeParse(sent);
  if (result.success) return result.data;
  throw badRequest(`Pod in version "v1" cannot be handled as a Pod: json: ${firstFault(result.error)}`);
}

function firstFault(error: ZodError): string {
  const [issue] = error.issues;
  return `cannot unmarshal into Go struct field ${issue?.path.join('.') ?? ''}: ${issue?.message ?? z.prettifyError(error)}`;
}
