import { expect, it } from 'vitest';
import { reportedVariables } from '../../src/plan/reported-variables.ts';

it('takes two variables of a job, and no other', () => {
  const env = {
    CUSTOM_ENV_DOCKER_AUTH_CONFIG: '{}',
    CUSTOM_ENV_GIT_CLONE_PATH: '/a',
    CUSTOM_ENV_CI_JOB_IMAGE: 'b',
  };

  expect(reportedVariables(env)).toEqual({ dockerAuthConfig: '{}', clonePath: '/a' });
  expect(reportedVariables({ DOCKER_AUTH_CONFIG: '{}', GIT_CLONE_PATH: '/a' })).toEqual({});
});
