// The row of a sub-stage in the table of src/layout, or the reason why nothing is run.
import { findSubStage, knownSubStages, type SubStage } from '../../layout/sub-stage.ts';
import { SystemFailure } from '../../outcome/system-failure.ts';
import { plainLine } from '../../text/plain-text.ts';

/** @throws SystemFailure for a name that this version does not know: it does not know its container either */
export function requireSubStage(name: string): SubStage {
  const found = findSubStage(name);
  if (found) return found;
  throw new SystemFailure('unknown-sub-stage', {
    what: `Cannot run the sub-stage "${plainLine(name)}": this version of gitlab-pod-executor does not know it, so it does not know its container either.`,
    why: `Known are ${knownSubStages.slice(0, -1).join(', ')} and ${knownSubStages.at(-1)}.`,
    operator: 'GitLab Runner is probably newer than the executor: update gitlab-pod-executor.',
  });
}
