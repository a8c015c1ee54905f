import { describe, expect, it } from 'vitest';
import { checkLimitRanges } from '../../../src/doctor/room/limit-ranges.ts';
import { patient, policyOf } from '../../stage/doctor-patient.ts';

const manifest = { spec: { containers: [{ name: 'build', resources: { limits: { memory: '4Gi' } } }] } };
const range = {
  metadata: { name: 'small' },
  spec: { limits: [{ type: 'Container', max: { memory: '8Gi' } }, { type: 'Pod' }] },
};

function look({ policy = '', admitted = manifest as object, limitRanges = [range] }) {
  const { cluster } = patient({ limitRanges });
  const input = { manifest, admitted: admitted as typeof manifest, signal: new AbortController().signal };
  return checkLimitRanges({ ...input, cluster, policy: policyOf(policy) });
}

describe('checkLimitRanges', () => {
  it('says what is added to a job, and not what Kubernetes adds by itself', async () => {
    const resources = { limits: { memory: '4Gi', cpu: '500m' }, requests: { memory: '4Gi', cpu: '100m' } };
    const admitted = {
      spec: {
        containers: [
          { name: 'build', resources },
          { name: 'proxy', resources },
        ],
      },
    };

    expect((await look({ admitted })).found).toBe(
      'small: adds requests.cpu 100m to build, limits.cpu 500m to build',
    );
    expect((await look({})).found).toBe('small: changes nothing of a job');
    expect((await look({ limitRanges: [] })).found).toBe('none in the namespace');
  });

  it('warns of what a job may set and the cluster would refuse', async () => {
    const policy = 'job_may_set: {build: {limits: {memory: 16Gi, cpu: 4}}, service: {limits: {memory: 8Gi}}}';

    expect(await look({ policy })).toMatchObject({
      verdict: 'warn',
      found:
        'small: changes nothing of a job\njob_may_set.build.limits.memory is 16Gi, and small allows a container 8Gi',
    });
  });
});
