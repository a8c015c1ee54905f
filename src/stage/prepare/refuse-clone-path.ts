// A job that moves its project (GIT_CLONE_PATH, where the runner has custom_build_dir on) moves it away from where what it leaves
// is cleared before GitLab's own scripts run: it is refused at the start.
import { normalize } from 'node:path/posix';
import { BuildFailure } from '../../outcome/build-failure.ts';
import type { Policy } from '../../policy/policy.ts';
import { line } from '../../text/log-lines.ts';
import { plainLine } from '../../text/plain-text.ts';
import type { StageIo } from '../stage-io.ts';

const variable = 'GIT_CLONE_PATH';

/** @throws BuildFailure; nothing was asked of the cluster yet */
export function refuseClonePath(
  projectDirectory: string,
  policy: Policy,
  { env, log }: Pick<StageIo, 'env' | 'log'>,
): void {
  // As GitLab Runner expanded it and acts on it: whoever hides it from us hides it from the runner.
  const wanted = env[`CUSTOM_ENV_${variable}`] ?? '';
  if (wanted === '' || normalize(`${wanted}/`) === `${projectDirectory}/`) return;
  log(
    line(
      `ERROR: ${variable} is "${plainLine(wanted)}", and this runner keeps a project at ${plainLine(projectDirectory)} only: there it clears what a script leaves for GitLab's own ones.`,
      'red',
    ),
  );
  log(line(`Take ${variable} out of the job's variables. Operators: leave custom_build_dir off.`));
  throw new BuildFailure('rejected', `The job moves its project by ${variable}.`, {
    exitCode: policy.rejection.exit_code,
  });
}
