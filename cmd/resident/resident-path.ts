// Where launchers of this very build look for a resident (scripts/launcher/gitlab-pod-executor looks in the same places).
import { isAbsolute } from 'node:path';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import { buildId } from '../build-id.ts';

/** @throws SystemFailure for a path that is another one for each launcher */
export function residentPath(env: Readonly<Record<string, string | undefined>>): string {
  const base =
    env['GITLAB_POD_EXECUTOR_RESIDENT'] || `${env['XDG_RUNTIME_DIR'] || '/run'}/gitlab-pod-executor`;
  if (isAbsolute(base)) return `${base}/${buildId()}`;
  throw new SystemFailure('resident', {
    what: `Cannot serve from ${base}: the path does not begin with \`/\`.`,
    why: 'GitLab Runner starts stages in other directories.',
    operator: 'set GITLAB_POD_EXECUTOR_RESIDENT to an absolute path, for this command and for GitLab Runner.',
  });
}
