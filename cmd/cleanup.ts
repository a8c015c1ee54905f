// cleanup_exec: deletes the job's pod.
import { defineStage } from './command/define-stage.ts';
import { policyOption } from './command/shared-options.ts';
import { runStage } from './stage-process/stage-process.ts';
import { cleanupStage } from './stages/cleanup-stage.ts';
import { connectAlone } from './stages/connect-alone.ts';

export const cleanup = defineStage({
  name: 'cleanup',
  summary: "delete the job's pod and do not wait for its end.",
  usage: ['cleanup [--policy FILE]'],
  about: [
    'It reads the job from $JOB_RESPONSE_FILE. It needs the policy only where prepare left nothing in $TMPDIR. It may be called twice, or without prepare.',
    'For what crashed runners left: gitlab-pod-executor sweep --help',
  ],
  positionals: [],
  options: { policy: policyOption },
  runStage: (argv) =>
    runStage((io) =>
      cleanupStage(io, argv, {
        connect: connectAlone,
        workingDirectory: process.cwd(),
        readPolicy: async (path) => (await import('./policy-file.ts')).readPolicyFile(path).policy,
      }),
    ),
});
