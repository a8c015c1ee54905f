// What the demo says at the end: times, who the processes were, where things arrived, and whether the job ended as it should.
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { JobResult } from '../test/model-runner/result.ts';
import type { Evidence } from './demo-evidence.ts';
import { demoJobs } from './demo-jobs.ts';
import { keptDirectory } from './demo-project.ts';
import { type Proof, prove, provePodGone, proveUserNamespace } from './demo-proofs.ts';
import type { Scene } from './demo-scene.ts';
import { identityTable, stageTable } from './demo-table.ts';
import { colours, print } from './demo-words.ts';

const notAsItShould = 1;

/** @returns the demo's exit code: 0 when all that it should prove was proved. */
export async function report(
  scene: Scene,
  result: JobResult,
  evidence: Evidence | Error | null,
): Promise<number> {
  print(`\n${stageTable(result)}\n\n`);
  if (evidence !== null && !(evidence instanceof Error)) print(`${identityTable(evidence)}\n\n`);
  for (const line of [...keptArtifacts(scene, result), ...keptHelpPage(scene, result)]) print(`  ${line}\n`);
  print(`  ${endOf(result)}\n\n`);
  const proofs = await allProofs(scene, result, evidence);
  for (const { claim, fault } of proofs)
    print(`  ${fault === null ? `${tick} ${claim}` : `${cross} ${fault}`}\n`);
  if (proofs.every(({ fault }) => fault === null)) {
    print(`\n${colours.green}The job "${scene.job}" ended as it should.${colours.reset}\n`);
    return 0;
  }
  print(`\n${colours.red}The job "${scene.job}" did not end as it should.${colours.reset}\n`);
  return notAsItShould;
}

const tick = `${colours.green}✓${colours.reset}`;
const cross = `${colours.red}✗${colours.reset}`;

async function allProofs(
  { job, place, gitlab }: Scene,
  result: JobResult,
  evidence: Evidence | Error | null,
): Promise<readonly Proof[]> {
  const ofJob = demoJobs[job]?.proofs(result) ?? [];
  const gone = await provePodGone(place, {
    jobId: gitlab.jobs[0]?.payload.id ?? 0,
    hadPod: evidence !== null,
  });
  if (evidence instanceof Error)
    return [...ofJob, prove('', false, `its processes could not be looked at: ${evidence.message}`), gone];
  // A job that is rejected has no processes, and some sandboxes prove nothing, which the demo says at its start.
  if (evidence === null || !place.provesUserNamespace) return [...ofJob, gone];
  const passwd = evidence.outside === null ? '' : readFileSync('/etc/passwd', 'utf8');
  return [...ofJob, proveUserNamespace(evidence, passwd), gone];
}

function endOf({ state, failureReason, exitCode, allowedFailure }: JobResult): string {
  const details = [
    failureReason,
    exitCode === null ? null : `exit code ${exitCode}`,
    allowedFailure ? 'allowed to fail' : null,
  ].filter((detail) => detail !== null);
  return `GitLab has the job as ${state}${details.length > 0 ? ` (${details.join(', ')})` : ''}.`;
}

/** The scene's directory goes away; what arrived is kept. */
function keptArtifacts({ job }: Scene, { artifacts, caches }: JobResult): readonly string[] {
  const directory = join(keptDirectory, job);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  return [
    ...artifacts.map(({ name, path, bytes }) => {
      const kept = join(directory, name);
      copyFileSync(path, kept);
      return `The artifact ${name} (${bytes} bytes) arrived: ${kept}`;
    }),
    ...caches.map(({ key, bytes }) => `The cache ${key} (${bytes} bytes) arrived; it is not kept.`),
  ];
}

function keptHelpPage({ job, directory, gitlab }: Scene, result: JobResult): readonly string[] {
  const [, link] =
    new RegExp(`${gitlab.url}/pages/images/(index\\.html\\S*)`).exec(result.readableTrace) ?? [];
  if (link === undefined) return [];
  const kept = join(keptDirectory, job, 'help-page');
  cpSync(join(directory, 'gitlab/pages/images'), kept, { recursive: true });
  return [
    `The page that the rejection links to (open this one; the link in the log is gone with its server): ${pathToFileURL(kept).href}/${link}`,
  ];
}
