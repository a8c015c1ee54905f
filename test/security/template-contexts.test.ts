import { expect, test } from 'vitest';
import { templateContainers, templatePodFields } from '../../src/security/template-contexts.ts';

test('finds the contexts of the pod and of every container, with their places', () => {
  const template = {
    spec: {
      securityContext: { fsGroup: 5 },
      containers: [{ name: 'build', securityContext: { runAsUser: 5 } }],
      initContainers: [{ name: 'warm' }],
    },
  };

  expect(templatePodFields(template)).toEqual({ fsGroup: 5 });
  expect(templateContainers(template)).toEqual([
    { name: 'warm', path: ['pod_template', 'spec', 'initContainers', 0], securityContext: {} },
    { name: 'build', path: ['pod_template', 'spec', 'containers', 0], securityContext: { runAsUser: 5 } },
  ]);
});

test.for([undefined, {}, { spec: null }, { spec: { containers: 7, securityContext: 'x' } }])(
  'finds nothing in %j',
  (template) => {
    expect(templatePodFields(template as Record<string, unknown> | undefined)).toEqual({});
    expect(templateContainers(template as Record<string, unknown> | undefined)).toEqual([]);
  },
);
