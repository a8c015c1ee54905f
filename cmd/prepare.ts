// prepare_exec: admits the job and starts its pod.
import { defineStage } from './command/define-stage.ts';
import { policyOption } from './command/shared-options.ts';
import { readPolicyFile } from './policy-file.ts';
import { runStage } from './stage-process/stage-process.ts';
import { connectAlone } from './stages/connect-alone.ts';
import { loadRegistries } from './stages/load-registries.ts';
import { prepareStage } from './stages/prepare-stage.ts';

export const prepare = defineStage({
  name: 'prepare',
  summary: "admit a job's images or reject them; start its pod.",
  usage: ['prepare [--policy FILE]'],
  about: [
    'It reads the job from $JOB_RESPONSE_FILE, and leaves in $TMPDIR where the pod is, for run and cleanup.',
    'To see the pod without making it: gitlab-pod-executor print-pod --help',
  ],
  positionals: [],
  options: { policy: policyOption },
  runStage: (argv) =>
    runStage((io) =>
      prepareStage(io, argv, {
        connect: connectAlone,
        openRegistries: loadRegistries,
        workingDirectory: process.cwd(),
        readPolicy: (path) => readPolicyFile(path).policy,
      }),
    ),
});
