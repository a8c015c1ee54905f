// One job of a `.gitlab-ci.yml` in a real repository, at a commit.
import { ciFile, refusal } from '../ci-file/load-ci-file.ts';
import type { PipelineSource } from '../ci-file/pipeline-context.ts';
import { expandCiFile } from '../ci-file/read-pipeline.ts';
import type { CiFileJob } from '../options.ts';
import type { JobDefinition } from './job-definition.ts';

/**
 * @throws with every reason at once when the job asks for more than the model can, when it is not in the file, and when its rules
 * leave it out.
 */
export function readCiJob(job: CiFileJob): JobDefinition {
  const { entries } = expandCiFile(sourceOf(job));
  const entry = entries.find(({ name }) => name === job.ciJob);
  if (!entry) {
    const names = entries.map(({ name }) => name).join(', ');
    throw new Error(`${ciFile} has no job "${job.ciJob}"; it has ${names === '' ? 'none' : names}`);
  }
  if (entry.faults.length > 0) throw new Error(refusal(entry.faults));
  if (entry.job === null) throw new Error(`${ciFile}: the rules of "${job.ciJob}" leave it out`);
  return { ...entry.job.definition, ...job.overrides };
}

/** The names of the jobs that the file makes of that commit, also of those that rules leave out. */
export function listCiJobs(job: Omit<CiFileJob, 'ciJob'>): readonly string[] {
  return expandCiFile(sourceOf(job)).entries.map(({ name }) => name);
}

/** Overrides decide here as well: a rule may ask for the ref, a cache key for its protection. */
function sourceOf({ overrides, ...job }: Omit<CiFileJob, 'ciJob'>): PipelineSource {
  const { ref, sha, project, protected: isProtected } = overrides ?? {};
  return {
    ...job,
    ...(ref !== undefined && { ref }),
    ...(sha !== undefined && { sha }),
    ...(project !== undefined && { project }),
    ...(isProtected !== undefined && { protected: isProtected }),
  };
}
