import { expect, it } from 'vitest';
import { admitSettings } from '../../../src/plan/overwrites/admit-settings.ts';
import { refuseFor } from '../../../src/plan/overwrites/requested.ts';
import { sampleJob, samplePolicy } from '../../pod/sample-job.ts';

it('admitSettings looks at the variables of its own kind, and names what would be allowed', () => {
  const requested = [
    { key: 'KUBERNETES_POD_LABELS_1', name: 'KUBERNETES_POD_LABELS_1', value: 'team=a' },
    { key: 'KUBERNETES_POD_LABELS_2', name: 'KUBERNETES_POD_LABELS_2', value: 'tier=a' },
    { key: 'KUBERNETES_POD_ANNOTATIONS_1', name: 'KUBERNETES_POD_ANNOTATIONS_1', value: 'team=b' },
  ];
  const refuse = refuseFor(sampleJob, samplePolicy);

  expect(admitSettings('labels', ['team=*'], { requested, refuse })).toMatchObject({
    settings: [{ key: 'team', value: 'a' }],
    findings: [{ key: 'KUBERNETES_POD_LABELS_2', instead: expect.stringContaining('`team=*`') }],
  });
  expect(admitSettings('annotations', [], { requested, refuse }).findings).toMatchObject([
    { instead: 'Leave it out.' },
  ]);
});
