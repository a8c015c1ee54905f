// A job of a story, as GitLab would make it of the story's files.
import { basename } from 'node:path';
import { type JobDefinition, variableList } from '../model-runner/gitlab/job-definition.ts';
import { readCiJob } from '../model-runner/gitlab/read-ci-job.ts';
import type { Story } from './story.ts';

/** `repository`: see makeStoryRepository. */
export function storyJob({ folder, given }: Story, ciJob: string, repository: string): JobDefinition {
  const { variables, ...rest } = given.gitlab(ciJob);
  const job = readCiJob({ repository, ciJob });
  return {
    // Where the file names none, the default image must be taken: the harness would name one.
    ...({ image: undefined } as object),
    ...job,
    project: `stories/${basename(folder)}`,
    // Jobs of other stories, in earlier stages, are no business of this one.
    dependencies: job.dependencies ?? [],
    ...rest,
    variables: [...variableList(job.variables), ...variableList(variables)],
  };
}
