// What the demo says at the end: times, who the processes were, where things arrived, and whether the job ended as it should.
import { copyFileSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { JobResult } from '../test/model-runner/result.ts';
import type { Evidence } from './demo-evidence.ts';
import { demoJobs } from './demo-jobs.ts';
import { keptDirectory } from './demo-project.ts';
import type { Scene } from './demo-scene.ts';
import { identityTable, stageTable } from './demo-table.ts';
import { colours, print } from './demo-words.ts';

const notAsItShould = 1;

/** @returns the demo's exit code: 0 when the job ended as it should. */
export function report(scene: Scene, result: JobResult, evidence: Evidence | Error | null): number {
  const faults = [...(demoJobs[scene.job]?.faults(result) ?? [])];
  if (evidence instanceof Error) faults.push(`its processes could not be looked at: ${evidence.message}`);
  print(`\n${stageTable(result)}\n\n`);
  if (evidence !== null && !(evidence instanceof Error)) print(`${identityTable(evidence)}\n\n`);
  for (const line of [...keptArtifacts(scene, result), ...keptHelpPage(scene, result)]) print(`  ${line}\n`);
  print(`  ${endOf(result)}\n\n`);
  if (faults.length === 0) {
    print(`${colours.green}The job "${scene.job}" ended as it should.${colours.reset}\n`);
    return 0;
  }
  print(`${colours.red}The job "${scene.job}" did not end as it should:${colours.reset}\n`);
  for (const fault of faults) print(`  ${fault}\n`);
  return notAsItShould;
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
  return [`The page that the rejection links to: ${pathToFileURL(kept).href}/${link}`];
}
