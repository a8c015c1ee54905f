// How each job of test/demo-project should end: a demo that shows a failure has to fail in the right way.
import type { JobResult } from '../test/model-runner/result.ts';

interface DemoJob {
  readonly about: string;
  /** What is not as it should be. */
  readonly faults: (result: JobResult) => readonly string[];
}

export const demoJobs: Readonly<Record<string, DemoJob>> = {
  build: {
    about: 'cloned over HTTP, with artifact, cache and colours; succeeds',
    faults: (result) => [
      ...wrongEnd(result, 'success - -'),
      ...unless(result.artifacts.length === 1, 'its artifact did not arrive'),
      ...unless(result.caches.length === 1, 'its cache did not arrive'),
    ],
  },
  'fails-with-42': {
    about: 'its script exits with 42; GitLab must get that number, and then allows the failure',
    faults: (result) => [
      ...wrongEnd(result, 'failed script_failure 42'),
      ...unless(result.allowedFailure === true, 'allow_failure:exit_codes did not see the 42'),
    ],
  },
  'with-service': {
    about: 'asks a service that runs beside it; succeeds',
    faults: (result) => [
      ...wrongEnd(result, 'success - -'),
      ...unless(result.readableTrace.includes('Hello from the service'), 'the service did not answer'),
    ],
  },
  rejected: {
    about: 'its image is not in the allow-list; fails in prepare, once, with a message for its author',
    faults: (result) => [
      ...wrongEnd(result, 'failed script_failure 1'),
      ...unless(
        result.calls.map(({ name }) => name).join(' ') === 'config prepare cleanup',
        'more was called than config, prepare and cleanup',
      ),
    ],
  },
};

function wrongEnd({ state, failureReason, exitCode }: JobResult, expected: string): readonly string[] {
  const actual = `${state} ${failureReason ?? '-'} ${exitCode ?? '-'}`;
  return unless(actual === expected, `it ended as "${actual}" instead of "${expected}"`);
}

function unless(holds: boolean, fault: string): readonly string[] {
  return holds ? [] : [fault];
}
