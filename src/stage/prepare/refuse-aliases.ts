// A service's alias that no pod can resolve: said at the start, where a job would otherwise wait for a name that never answers.
import type { AdmittedJob } from '../../admission/admitted-job.ts';
import { BuildFailure } from '../../outcome/build-failure.ts';
import { refusedAliases } from '../../pod/service-names.ts';
import type { Policy } from '../../policy/policy.ts';
import { line } from '../../text/log-lines.ts';
import { plainLine } from '../../text/plain-text.ts';
import type { StageIo } from '../stage-io.ts';

/** Whoever wrote more made one mistake many times. */
const maxReported = 10;

/** @throws BuildFailure after it told of them; nothing was asked of the cluster yet */
export function refuseAliases(admitted: AdmittedJob, policy: Policy, io: Pick<StageIo, 'log'>): void {
  const refused = refusedAliases(admitted);
  if (refused.length === 0) return;
  for (const { service, alias } of refused.slice(0, maxReported)) {
    io.log(
      line(
        `ERROR: The service ${plainLine(service)} cannot have the alias "${plainLine(alias)}": in a pod, a name has lower-case letters, digits, "-" and "." only.`,
        'red',
      ),
    );
  }
  if (refused.length > maxReported) io.log(line(`… and ${refused.length - maxReported} more.`));
  io.log(line('Choose another alias; `my-db` in place of `my_db`, say.'));
  throw new BuildFailure('rejected', 'A service has an alias that a pod cannot resolve.', {
    exitCode: policy.rejection.exit_code,
  });
}
