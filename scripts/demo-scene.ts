// All that one showing of the demo is made of.
import type { ModelGitLab } from '../test/model-runner/gitlab/start-model-gitlab.ts';
import type { Place } from './demo-place.ts';

export interface Scene {
  readonly job: string;
  /** Gone after the demo. */
  readonly directory: string;
  /** Ends the job. */
  readonly stop: AbortSignal;
  readonly gitlab: ModelGitLab;
  readonly place: Place;
}
