// A stage that is counted, and does all else as it did.
import { Rejection, type RejectionFinding } from '../../../src/admission/rejection.ts';
import { BuildFailure } from '../../../src/outcome/build-failure.ts';
import { SystemFailure } from '../../../src/outcome/system-failure.ts';
import type { Observation, Observe } from '../../../src/resident/observation.ts';
import type { StageEvent } from '../../../src/stage/stage-io.ts';
import type { Stage } from '../../stage-process/run-to-end.ts';

export function observeStage(stage: Stage, name: string, observe: Observe): Stage {
  return async (io) => {
    observe({ kind: 'stage-started', stage: name });
    const output = async (bytes: Uint8Array): Promise<void> => {
      await io.output(bytes);
      observe({ kind: 'log-written', bytes: bytes.byteLength });
    };
    try {
      await stage({ ...io, output, observe: (event) => count(event, observe) });
      observe({ kind: 'stage-ended', stage: name, outcome: 'success', code: '' });
    } catch (error) {
      for (const seen of failureOf(error, name)) observe(seen);
      throw error;
    }
  };
}

/** Names of jobs and images are no labels. */
function count(event: StageEvent, observe: Observe): void {
  if (event.kind === 'pod-ready') observe({ kind: 'pod-ready', seconds: event.seconds });
  else if (event.kind === 'reconnected') observe(event);
}

function failureOf(error: unknown, stage: string): readonly Observation[] {
  if (!(error instanceof BuildFailure)) {
    // What nobody foresaw is a system failure, too.
    const code = error instanceof SystemFailure ? error.code : 'unexpected';
    return [{ kind: 'stage-ended', stage, outcome: 'system-failure', code }];
  }
  const rejections = error instanceof Rejection ? error.findings.map(rejectionOf) : [];
  return [{ kind: 'stage-ended', stage, outcome: 'build-failure', code: error.code }, ...rejections];
}

/** The names that were asked for stay out of it: they are strangers' texts. */
function rejectionOf(finding: RejectionFinding): Observation {
  if (finding.kind !== 'name') return { kind: 'rejected', reason: finding.kind, pattern: '' };
  const { reason, nearest } = finding.verdict;
  return { kind: 'rejected', reason: reason.code, pattern: nearest?.pattern ?? '' };
}
