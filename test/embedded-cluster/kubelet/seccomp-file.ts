// The filter of a container: the runtime's own, a file of the node, or none.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerPlan } from '../sandbox/sandbox.ts';
import { ContainerConfigError } from './container-environment.ts';

interface SeccompProfile {
  readonly type: string;
  readonly localhostProfile?: string | undefined;
}

/** As a kubelet calls it, wherever ours is. */
const nodeDirectory = '/var/lib/kubelet/seccomp';

/** @throws ContainerConfigError when the node has no such file; tried again, as a kubelet does */
export function planSeccomp(
  profile: SeccompProfile | undefined,
  directory: string | null,
): ContainerPlan['seccomp'] {
  if (profile?.type === 'RuntimeDefault') return 'RuntimeDefault';
  if (profile?.type !== 'Localhost') return null;
  const name = profile.localhostProfile ?? '';
  const text = directory === null ? null : readOrNull(join(directory, name));
  if (text !== null) return JSON.parse(text) as object;
  const path = join(nodeDirectory, name);
  throw new ContainerConfigError(
    `failed to create containerd container: cannot load seccomp profile "${path}": open ${path}: no such file or directory`,
    'CreateContainerError',
  );
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
