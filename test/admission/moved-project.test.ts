import { expect, it } from 'vitest';
import { describeFinding } from '../../src/admission/explain/describe-finding.ts';
import { findMovedProject } from '../../src/admission/moved-project.ts';
import type { JobVariable } from '../../src/job/job.ts';
import { sampleJob } from '../pod/sample-job.ts';

const project = '/builds/group/project';
const variable = (value: string, key = 'GIT_CLONE_PATH'): JobVariable => ({
  key,
  value,
  isFile: false,
  isPublic: true,
  isMasked: false,
  isRaw: false,
});
const find = (own: string | undefined, reported?: string) =>
  findMovedProject({ ...sampleJob, variables: own === undefined ? [] : [variable(own)] }, reported, {});

const elsewhere = ['/builds/elsewhere', '/builds/group/project/..', '/builds/group/project/sub', 'x'];
const same = ['', project, `${project}/`, '/builds//group/./project'];

it.each([...elsewhere, '$CI_BUILDS_DIR/x'])(
  'refuses %s of the job, and says where the project stays',
  (path) => {
    const finding = find(path, project) ?? expect.fail();

    expect(finding).toMatchObject({ kind: 'clone-path', requested: path });
    expect(describeFinding(finding)).toEqual([
      `  GIT_CLONE_PATH: ${path}`,
      `    Why:           This runner keeps a project at \`${project}\` only, because it cleans up only there before GitLab's own scripts run.`,
      "    Instead:       Take GIT_CLONE_PATH out of the job's variables. Operators: leave custom_build_dir off.",
    ]);
  },
);

it.each(elsewhere)('refuses %s that only GitLab Runner knows of, or fills in so', (path) => {
  expect(find(undefined, path)).toMatchObject({ requested: path });
  expect(find(project, path)).toMatchObject({ requested: path });
});

it.each([...same, '$CI_BUILDS_DIR/group/project'])('takes %s of the job', (path) => {
  expect(find(path)).toBeNull();
});

it.each([undefined, ...same])('takes %s of GitLab Runner', (path) => {
  expect(find(undefined, path)).toBeNull();
});

it('asks the last of several, and refuses what grows too long to say', () => {
  const of = (...variables: JobVariable[]) => findMovedProject({ ...sampleJob, variables }, undefined, {});

  expect(of(variable('/builds/elsewhere'), variable(project))).toBeNull();
  expect(of(variable(project), variable('/builds/elsewhere'))).not.toBeNull();
  expect(of(variable('$A'.repeat(100)), variable('x'.repeat(10_000), 'A'))).not.toBeNull();
});
