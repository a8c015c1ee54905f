import { expect, it } from 'vitest';
import { projectDirectory } from '../../src/job/project-directory.ts';

it('lies in the builds directory, under the path of the repository', () => {
  expect(projectDirectory({ repositoryPath: 'group/project' })).toBe('/builds/group/project');
});
