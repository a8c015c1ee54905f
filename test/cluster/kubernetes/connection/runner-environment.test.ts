import { describe, expect, it } from 'vitest';
import { runnerEnvironment } from '../../../../src/cluster/kubernetes/connection/runner-environment.ts';

describe('runnerEnvironment', () => {
  it('runnerEnvironment gives the same for all jobs of a runner', () => {
    const runner = { PATH: '/bin', HOME: '/root', AWS_PROFILE: 'ci' };
    const job = (name: string) => ({
      CUSTOM_ENV_HOME: name,
      TMPDIR: `/tmp/${name}`,
      JOB_RESPONSE_FILE: `/tmp/${name}/response`,
      BUILD_EXIT_CODE_FILE: `/tmp/${name}/code`,
      'CUSTOM_ENV_a\nPATH': name,
    });

    const one = runnerEnvironment({ ...runner, ...job('one') });
    expect(one).toEqual(runner);
    expect(
      JSON.stringify(runnerEnvironment({ ...job('two'), AWS_PROFILE: 'ci', HOME: '/root', PATH: '/bin' })),
    ).toBe(JSON.stringify(one));
  });

  it('runnerEnvironment gives another one where the runner differs', () => {
    expect(runnerEnvironment({ HOME: '/root' })).not.toEqual(runnerEnvironment({ HOME: '/home' }));
    expect(runnerEnvironment({ HOME: '/root', ABSENT: undefined })).toEqual({ HOME: '/root' });
  });
});
