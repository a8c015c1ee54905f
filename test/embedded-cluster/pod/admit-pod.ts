// A pod's way into the store: decoding, defaults, admission, validation; refusals in the API server's words.
import { type ZodError, z } from 'zod';
import { badRequest } from '../api/status.ts';
import { defaultPodSpec } from './default-pod.ts';
import type { Pod } from './pod.ts';
import { podSchema } from './pod-schema.ts';
import { refuseImpossible } from './refuse-impossible.ts';
import { validatePod } from './validate-pod.ts';

/** Looks at a pod and may change it, as a webhook does. @throws ApiRefusal to keep it out */
export type AdmissionHook = (pod: Record<string, unknown>) => Record<string, unknown>;

export interface AdmissionHooks {
  readonly mutating: readonly AdmissionHook[];
  /** Asked last, when the pod is known to be valid. */
  readonly validating: readonly AdmissionHook[];
}

/** @throws ApiRefusal 400, 403 or 422 */
export function admitPod(
  sent: Record<string, unknown>,
  { mutating, validating }: AdmissionHooks,
): Record<string, unknown> {
  const complete = { ...decode(sent), spec: defaultPodSpec(decode(sent).spec) };
  const pod = decode(run(mutating, complete));
  const { name = '', labels } = pod.metadata;
  validatePod(name, pod.spec, labels);
  run(validating, pod);
  refuseImpossible(name, pod.spec);
  return { ...pod, status: { phase: 'Pending' } satisfies Pod['status'] };
}

const run = (hooks: readonly AdmissionHook[], pod: Record<string, unknown>): Record<string, unknown> =>
  hooks.reduce((seen, hook) => hook(seen), pod);

type Decoded = z.infer<typeof podSchema>;

function decode(sent: Record<string, unknown>): Decoded {
  const result = podSchema.safeParse(sent);
  if (result.success) return result.data;
  throw badRequest(`Pod in version "v1" cannot be handled as a Pod: json: ${firstFault(result.error)}`);
}

function firstFault(error: ZodError): string {
  const [issue] = error.issues;
  return `cannot unmarshal into Go struct field ${issue?.path.join('.') ?? ''}: ${issue?.message ?? z.prettifyError(error)}`;
}
