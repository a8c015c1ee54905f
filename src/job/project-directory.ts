// Where GitLab's scripts clone to, when nobody moves it.
import { buildsDirectory } from '../layout/paths.ts';
import type { Job } from './job.ts';

export const projectDirectory = ({ repositoryPath }: Pick<Job, 'repositoryPath'>): string =>
  `${buildsDirectory}/${repositoryPath}`;
