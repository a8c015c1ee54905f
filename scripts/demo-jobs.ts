// How each job of test/demo-project should end: a demo that shows a failure has to fail in the right way.
import type { JobResult } from '../test/model-runner/result.ts';
import { type Proof, prove, proveArtifact } from './demo-proofs.ts';

interface DemoJob {
  readonly about: string;
  readonly proofs: (result: JobResult) => readonly Proof[];
}

export const demoJobs: Readonly<Record<string, DemoJob>> = {
  build: {
    about: 'cloned over HTTP, with artifact, cache and colours; succeeds',
    proofs: (result) => [
      proveEnd(result, 'success - -'),
      proveArtifact(result, 'out/greeting.txt'),
      prove('cache arrived', result.caches.length === 1, 'its cache did not arrive'),
    ],
  },
  'fails-with-42': {
    about: 'its script exits with 42; GitLab must get that number, and then allows the failure',
    proofs: (result) => [
      proveEnd(result, 'failed script_failure 42'),
      prove(
        'exit code arrived: GitLab allows a failure with 42',
        result.allowedFailure === true,
        'allow_failure:exit_codes did not see the 42',
      ),
    ],
  },
  'with-service': {
    about: 'asks a service that runs beside it; succeeds',
    proofs: (result) => [
      proveEnd(result, 'success - -'),
      prove(
        'service answered by its alias',
        result.readableTrace.includes('Hello from the service'),
        'the service did not answer',
      ),
    ],
  },
  'builds-an-image': {
    about: 'builds a container image in its pod, two RUN lines and all; succeeds (needs buildah)',
    proofs: (result) => [
      proveEnd(result, 'success - -'),
      prove(
        'both RUN lines ran, and a file has another owner',
        /^-rw-r--r-- +1 33 +33 .*\/greeting$/m.test(result.readableTrace),
        'its Dockerfile did not run to its end',
      ),
      proveArtifact(result, 'out/image.tar'),
    ],
  },
  rejected: {
    about: 'its image is not in the allow-list; fails in prepare, once, with a message for its author',
    proofs: (result) => [
      proveEnd(result, 'failed script_failure 1'),
      prove(
        'rejected once, and nothing of it ran: config, prepare, cleanup were all',
        result.calls.map(({ name }) => name).join(' ') === 'config prepare cleanup',
        'more was called than config, prepare and cleanup',
      ),
    ],
  },
};

function proveEnd({ state, failureReason, exitCode }: JobResult, expected: string): Proof {
  const actual = `${state} ${failureReason ?? '-'} ${exitCode ?? '-'}`;
  return prove(
    `ended as it should: ${expected.replace(/ -/g, '')}`,
    actual === expected,
    `it ended as "${actual}" instead of "${expected}"`,
  );
}
