// The admission plugins of this cluster: first those that may change a pod, then those that only judge it.
import { pathToFileURL } from 'node:url';
import type { ClusterOptions } from '../options.ts';
import type { AdmissionHook, AdmissionHooks } from './admit-pod.ts';
import { podSecurityHook } from './pod-security.ts';

export async function admissionHooks(
  options: Pick<ClusterOptions, 'podSecurity' | 'ignoresHostUsers' | 'admissionModule'>,
  { injected, kubernetesVersion }: { readonly injected: AdmissionHook; readonly kubernetesVersion: string },
): Promise<AdmissionHooks> {
  const { podSecurity, ignoresHostUsers, admissionModule } = options;
  return {
    mutating: [
      injected,
      ...(ignoresHostUsers === 'drops-field' ? [dropHostUsers] : []),
      ...(admissionModule === undefined ? [] : [await loadHook(admissionModule)]),
    ],
    validating: podSecurity === undefined ? [] : [podSecurityHook(podSecurity, kubernetesVersion)],
  };
}

/** As an API server that does not know the field. */
function dropHostUsers(pod: Record<string, unknown>): Record<string, unknown> {
  const spec = { ...(pod['spec'] as Record<string, unknown>) };
  delete spec['hostUsers'];
  return { ...pod, spec };
}

async function loadHook(file: string): Promise<AdmissionHook> {
  const { admit } = (await import(pathToFileURL(file).href)) as { readonly admit?: AdmissionHook };
  if (typeof admit !== 'function') throw new Error(`${file} exports no function "admit"`);
  return admit;
}
