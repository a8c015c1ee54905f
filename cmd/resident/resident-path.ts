// Where launchers of this very build look for a resident (scripts/launcher/gitlab-pod-executor looks in the same places).
import { buildId } from '../build-id.ts';

export function residentPath(env: Readonly<Record<string, string | undefined>>): string {
  const base =
    env['GITLAB_POD_EXECUTOR_RESIDENT'] ?? `${env['XDG_RUNTIME_DIR'] || '/run'}/gitlab-pod-executor`;
  return `${base}/${buildId()}`;
}
