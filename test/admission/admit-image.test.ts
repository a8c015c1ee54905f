import { describe, expect, it } from 'vitest';
import { createAdmissionContext } from '../../src/admission/admission-context.ts';
import { admitImage, type Gate } from '../../src/admission/admit-image.ts';
import { createExpansion } from '../../src/job/expand-variables.ts';
import { sampleJob } from '../pod/sample-job.ts';
import { sampleImage } from '../pod/sample-service.ts';
import { samplePolicy } from './sample-policy.ts';

function gateOf(): Gate {
  const policy = samplePolicy();
  const project = { ...sampleJob.project, isRefProtected: false };
  const context = createAdmissionContext(policy, project);
  const expansion = createExpansion([]);
  return { job: sampleJob, policy, project, context, expansion, findings: [], notes: [], users: new Map() };
}

describe('admitImage', () => {
  it('hands on the reference that was evaluated, with the user', () => {
    const gate = gateOf();
    const image = { ...sampleImage, name: 'debian:12', kubernetesUser: '1000' };

    expect(admitImage(image, { key: 'image', kind: 'image', gate })).toMatchObject({
      image: { canonical: 'docker.io/library/debian:12' },
      user: { uid: 1000, gid: null, key: 'image:kubernetes:user' },
    });
    expect(gate.findings).toEqual([]);
  });

  it('goes on after a finding, and still says whom the image would run as', () => {
    const gate = gateOf();
    const image = { ...sampleImage, name: 'evil:1', kubernetesUser: '1000' };

    expect(admitImage(image, { key: 'services[0]', kind: 'service', gate })).toBeNull();
    expect(gate.findings).toMatchObject([{ kind: 'name', key: 'services[0]' }]);
    expect(gate.users.get('services[0]')).toMatchObject({ uid: 1000 });
  });
});
