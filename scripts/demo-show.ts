// Runs one job of the demo project where the demo takes place, shows its log live, and the tables after it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JobDefinition } from '../test/model-runner/gitlab/job-definition.ts';
import type { Hook } from '../test/model-runner/options.ts';
import type { JobResult } from '../test/model-runner/result.ts';
import { runJob } from '../test/model-runner/run-job.ts';
import { type Evidence, gatherEvidence } from './demo-evidence.ts';
import { Stopped } from './demo-interrupts.ts';
import { viewLog } from './demo-log.ts';
import { executable, makeRepository, readDemoJob, writePolicy } from './demo-project.ts';
import { report } from './demo-report.ts';
import type { Scene } from './demo-scene.ts';
import { colours, hasColours, print, say } from './demo-words.ts';

/** Longer than the executor needs to stop a script, shorter than anybody waits after Ctrl-C. */
const gracefulKillSeconds = 20;

/** @returns the demo's exit code. */
export async function showJob(scene: Scene): Promise<number> {
  const { gitlab, place, stop } = scene;
  const repository = makeRepository(scene.directory);
  const job = readDemoJob(scene.job, { repository, place });
  say(`Cluster: ${place.title}`);
  say(`Project: test/demo-project, served at ${gitlab.url}`);
  say(
    `Real:    the executor's four programs, ${place.isModel ? '' : 'the cluster, '}the pod's sandbox, git, the artifact.`,
  );
  say(
    `Models:  GitLab, GitLab Runner 19.4 and its helper${place.isModel ? ', API server and kubelet' : ''} (test/model-runner${place.isModel ? ', test/embedded-cluster' : ''}).`,
  );
  if (!place.provesUserNamespace) print(unproven);
  print('\n');
  const evidence = collectEvidence(scene);
  const result = await runDemoJob(scene, { job, policy: writePolicy(scene), hook: evidence.hook });
  if (stop.aborted) throw new Stopped();
  return await report(scene, result, await evidence.gathered());
}

const unproven =
  `${colours.yellow}This sandbox cannot prove that a pod has a user namespace of its own; ` +
  `the policy says "user_namespaces: unproven".${colours.reset}\n`;

async function runDemoJob(
  { directory, gitlab, stop }: Scene,
  { job, policy, hook }: { readonly job: JobDefinition; readonly policy: string; readonly hook: Hook },
): Promise<JobResult> {
  const tempDir = join(directory, 'runner');
  mkdirSync(tempDir);
  const log = viewLog(print, { hasColours });
  const result = await runJob({
    gitlab,
    job,
    tempDir,
    executor: {
      config: [executable, 'config'],
      prepare: [executable, 'prepare', '--policy', policy],
      run: [executable, 'run'],
      cleanup: [executable, 'cleanup', '--policy', policy],
    },
    runner: {
      name: 'demo',
      cache: 'shared',
      graceful_kill_timeout: gracefulKillSeconds,
      pauses: { traceUpdateMs: 100 },
    },
    on: [hook],
    onTrace: (text) => log.write(text),
    signal: stop,
  });
  log.end();
  return result;
}

/** As soon as the pod has said its first word; a job that is rejected has none. */
function collectEvidence({ place, gitlab }: Scene): {
  readonly hook: Hook;
  gathered(): Promise<Evidence | Error | null>;
} {
  let gathering: Promise<Evidence | Error | null> = Promise.resolve(null);
  const start = (): void => {
    const [job] = gitlab.jobs;
    gathering = gatherEvidence(place, job?.payload.id ?? 0).catch((error: unknown) => error as Error);
  };
  return { hook: { trace: /^Running on /m, do: start }, gathered: () => gathering };
}
