import { expect, test } from 'vitest';
import { mergeInitContainers, mergeTemplate, type PodDraft } from '../../src/pod/merge-template.ts';

const draft: PodDraft = {
  metadata: { name: 'job-1-x', labels: { ours: '1' } },
  spec: { containers: [{ name: 'build', image: 'a' }, { name: 'helper' }], volumes: [] },
};

test('leaves the pod as it is without a template', () => {
  expect(mergeTemplate(draft, undefined)).toBe(draft);
});

test('adds labels, fields and containers', () => {
  const merged = mergeTemplate(draft, {
    metadata: { labels: { team: 'ci' }, annotations: { a: 'b' } },
    spec: {
      priorityClassName: 'ci',
      initContainers: [{ name: 'warm', image: 'w:1' }],
      containers: [{ name: 'proxy', image: 'p:1' }],
    },
  });

  expect(merged).toEqual({
    metadata: { name: 'job-1-x', labels: { ours: '1', team: 'ci' }, annotations: { a: 'b' } },
    spec: {
      priorityClassName: 'ci',
      containers: [{ name: 'build', image: 'a' }, { name: 'helper' }, { name: 'proxy', image: 'p:1' }],
      volumes: [],
    },
  });
});

test('leaves out refinements of containers that this job does not have', () => {
  const merged = mergeTemplate(draft, {
    spec: { containers: [{ name: 'svc-0', resources: {} }] },
  });

  expect(merged.spec.containers.map(({ name }) => name)).toEqual(['build', 'helper']);
});

test('refines our init containers where there are any, and puts its own after them', () => {
  const warm = { name: 'warm', image: 'w:1' };
  const template = { spec: { initContainers: [warm, { name: 'init-workspace', resources: {} }] } };
  const ours = { name: 'init-workspace', image: 'h' };

  expect(mergeInitContainers([], template)).toEqual([warm]);
  expect(mergeInitContainers([ours], template)).toEqual([{ ...ours, resources: {} }, warm]);
  expect(mergeInitContainers([ours], undefined)).toEqual([ours]);
});

test('leaves security contexts to the layers', () => {
  const securityContext = { runAsUser: 0 };

  const merged = mergeTemplate(draft, {
    spec: { securityContext, containers: [{ name: 'build', securityContext }] },
  });

  expect(JSON.stringify(merged)).not.toContain('securityContext');
});

test('takes a template with nothing in it', () => {
  expect(mergeTemplate(draft, {}).spec.containers).toEqual(draft.spec.containers);
});
