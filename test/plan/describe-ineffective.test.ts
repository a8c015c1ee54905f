import { describe, expect, it } from 'vitest';
import { admitJob } from '../../src/admission/admit-job.ts';
import type { Job, JobVariable } from '../../src/job/job.ts';
import { describeIneffective } from '../../src/plan/describe-ineffective.ts';
import { sampleJob, samplePolicy } from '../pod/sample-job.ts';
import { sampleImage, sampleService } from '../pod/sample-service.ts';

function describeJob(changes: Partial<Job>): readonly string[] {
  const { admitted } = admitJob({
    job: { ...sampleJob, services: [], image: { ...sampleImage, name: 'ruby' }, variables: [], ...changes },
    policy: samplePolicy,
    runnerVersion: '19.4.0',
  });
  if (admitted === null) throw new Error('The job is not admitted.');
  return describeIneffective(admitted, samplePolicy);
}

const variable = (key: string, value: string): JobVariable => ({
  key,
  value,
  isFile: false,
  isPublic: false,
  isMasked: true,
  isRaw: false,
});
const entrypoint = (...words: string[]) => ({ image: { ...sampleImage, name: 'ruby', entrypoint: words } });
const honors = (value: string) => ({ variables: [variable('FF_KUBERNETES_HONOR_ENTRYPOINT', value)] });

describe('describeIneffective', () => {
  it('has nothing to say about an ordinary job, or one that asks for no entrypoint', () => {
    expect(describeJob({})).toEqual([]);
    expect(describeJob({ ...entrypoint(''), ...honors('false') })).toEqual([]);
  });

  it('says once that an entrypoint is not run, however it is asked for', () => {
    expect(describeJob(entrypoint('/init'))).toEqual([
      expect.stringMatching(/^image:entrypoint has no effect: /),
    ]);
    expect(describeJob(honors('True'))).toEqual([
      expect.stringMatching(/^FF_KUBERNETES_HONOR_ENTRYPOINT has no effect: /),
    ]);
    expect(describeJob({ ...entrypoint('/init'), ...honors('1') })).toEqual([
      expect.stringMatching(/^image:entrypoint and FF_KUBERNETES_HONOR_ENTRYPOINT have no effect: /),
    ]);
  });

  it('looks at the variables of services, too, and at the last of several; and prints no value', () => {
    const lines = describeJob({
      variables: [
        variable('KUBERNETES_CPU_LIMIT', 's3cr3t'),
        variable('KUBERNETES_BEARER_TOKEN', 's3cr3t'),
        variable('KUBERNETES_BEARER_TOKEN', ''),
      ],
      services: [
        { ...sampleService, name: 'redis', variables: [variable('KUBERNETES_SERVICE_CPU_LIMIT', '2')] },
      ],
    });

    expect(lines).toEqual([
      expect.stringMatching(/^KUBERNETES_CPU_LIMIT, KUBERNETES_SERVICE_CPU_LIMIT have no effect: /),
    ]);
    expect(lines.join()).not.toContain('s3cr3t');
  });
});
