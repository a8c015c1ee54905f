// The admission plugins of this cluster, in their order: what tests inject, what the options ask for, Pod Security last.
import { pathToFileURL } from 'node:url';
import type { ClusterOptions } from '../options.ts';
import type { AdmissionHook } from './admit-pod.ts';
import { podSecurityHook } from './pod-security.ts';

export async function admissionHooks(
  options: Pick<ClusterOptions, 'podSecurity' | 'ignoresHostUsers' | 'admissionModule'>,
  injected: AdmissionHook,
): Promise<AdmissionHook[]> {
  return [
    injected,
    ...(options.ignoresHostUsers === 'drops-field' ? [dropHostUsers] : []),
    ...(options.admissionModule === undefined ? [] : [await loadHook(options.admissionModule)]),
    ...(options.podSecurity === 'restricted' ? [podSecurityHook] : []),
  ];
}

/** As an API server that does not know the field. */
export function dropHostUsers(pod: Record<string, unknown>): Record<string, unknown> {
  const spec = { ...(pod['spec'] as Record<string, unknown>) };
  delete spec['hostUsers'];
  return { ...pod, spec };
}

async function loadHook(file: string): Promise<AdmissionHook> {
  const { admit } = (await import(pathToFileURL(file).href)) as { readonly admit?: AdmissionHook };
  if (typeof admit !== 'function') throw new Error(`${file} exports no function "admit"`);
  return admit;
}
