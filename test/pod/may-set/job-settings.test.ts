import { describe, expect, it } from 'vitest';
import { laySettings, noSettings } from '../../../src/pod/may-set/job-settings.ts';

const draft = {
  metadata: {
    labels: {
      'gitlab-pod-executor/job-id': '1',
      'app.kubernetes.io/managed-by': 'gitlab-pod-executor',
      team: 'a',
    },
    annotations: { 'gitlab-pod-executor/deadline': 'soon' },
  },
  spec: {
    hostUsers: false,
    nodeSelector: { pool: 'ci' },
    tolerations: [{ key: 'ci', operator: 'Exists' }],
    volumes: [],
    containers: [
      { name: 'build', resources: { requests: { cpu: '1' }, limits: { memory: '4Gi' } } },
      { name: 'helper', resources: { limits: { memory: '1Gi' } } },
    ],
  },
};

describe('laySettings', () => {
  it('changes nothing where a job sets nothing', () => {
    expect(laySettings(draft, noSettings)).toEqual(draft);
    expect(laySettings(draft, { ...noSettings })).toEqual(draft);
  });

  it('lays what a job sets over the template, and adds its tolerations', () => {
    const { metadata, spec } = laySettings(draft, {
      amounts: { build: { requests: {}, limits: { memory: '8Gi' } } },
      nodeSelector: { zone: 'b' },
      tolerations: [{ key: 'gpu', operator: 'Exists' }],
      labels: { team: 'b' },
      annotations: { note: 'x' },
      serviceAccountName: 'deploy',
    });

    expect(metadata['labels']).toEqual({ ...draft.metadata.labels, team: 'b' });
    expect(spec).toMatchObject({
      hostUsers: false,
      nodeSelector: { pool: 'ci', zone: 'b' },
      tolerations: [{ key: 'ci' }, { key: 'gpu' }],
      serviceAccountName: 'deploy',
      containers: [
        { resources: { requests: { cpu: '1' }, limits: { memory: '8Gi' } } },
        draft.spec.containers[1],
      ],
    });
  });

  it("leaves the executor's own labels and annotations as they are, whatever reaches it", () => {
    const { metadata } = laySettings(draft, {
      ...noSettings,
      labels: { 'gitlab-pod-executor/job-id': '2', 'app.kubernetes.io/managed-by': 'me' },
      annotations: { 'gitlab-pod-executor/deadline': 'never' },
    });

    expect(metadata).toEqual(draft.metadata);
  });
});
