import { describe, expect, it } from 'vitest';
import { createExpansion } from '../../../src/job/expand-variables.ts';
import type { JobVariable } from '../../../src/job/job.ts';
import { ownRequestsOf, refuseFor, requestsOf } from '../../../src/plan/overwrites/requested.ts';
import { sampleJob, samplePolicy } from '../../pod/sample-job.ts';

const variable = (key: string, value: string): JobVariable => ({
  key,
  value,
  isFile: false,
  isPublic: true,
  isMasked: false,
  isRaw: false,
});

const ofJob = [
  variable('SIZE', '4Gi'),
  variable('KUBERNETES_MEMORY_LIMIT', '1Gi'),
  variable('KUBERNETES_MEMORY_LIMIT', ' $SIZE '),
  variable('KUBERNETES_CPU_LIMIT', '$NOTHING'),
];

describe('requestsOf', () => {
  it('fills in the last of several, and passes over what is empty or not meant for the cluster', () => {
    expect(requestsOf(ofJob, createExpansion(ofJob))).toEqual([
      { key: 'KUBERNETES_MEMORY_LIMIT', name: 'KUBERNETES_MEMORY_LIMIT', value: '4Gi' },
    ]);
  });
});

describe('ownRequestsOf', () => {
  it("lets a service's own variables refer to each other and to the job's", () => {
    const own = [
      variable('MORE', '6Gi'),
      variable('KUBERNETES_SERVICE_MEMORY_LIMIT', '$MORE'),
      variable('KUBERNETES_SERVICE_MEMORY_REQUEST', '$SIZE'),
    ];
    const key = (name: string) => `services[2]:variables:${name}`;

    expect(ownRequestsOf(own, 2, createExpansion(ofJob)).map((each) => [each.key, each.value])).toEqual([
      [key('KUBERNETES_SERVICE_MEMORY_LIMIT'), '6Gi'],
      [key('KUBERNETES_SERVICE_MEMORY_REQUEST'), '4Gi'],
    ]);
  });
});

it('refuseFor makes a finding about the image of the job', () => {
  const refuse = refuseFor(sampleJob, { ...samplePolicy, default_image: 'debian' });

  expect(refuse({ key: 'K', value: null }, { reason: 'R.', instead: 'I.' })).toEqual({
    kind: 'overwrite',
    key: 'K',
    requested: '',
    reason: 'R.',
    instead: 'I.',
    image: 'debian',
    imageKind: 'image',
  });
});
