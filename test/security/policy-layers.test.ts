import { expect, test } from 'vitest';
import { layerFields } from '../../src/security/layers.ts';
import {
  containerTemplate,
  defaults,
  enforced,
  initContainerLayer,
  jobLayer,
  podTemplate,
} from '../../src/security/policy-layers.ts';

const policy = {
  default_security_context: { runAsUser: 1 },
  enforced_security_context: { runAsNonRoot: true },
  pod_template: {
    spec: {
      securityContext: { runAsUser: 2, fsGroup: 2 },
      containers: [{ name: 'a' }, { name: 'build', securityContext: { runAsUser: 3 } }],
    },
  },
};
const wish = jobLayer({ uid: 4, gid: null, key: 'image:docker:user' });

test('each layer says where its fields stand', () => {
  const layers = [
    defaults(policy),
    podTemplate(policy),
    ...containerTemplate(policy, 'build'),
    wish,
    enforced(policy),
  ];

  expect(layers.map(({ source, path }) => [source, path])).toEqual([
    ['default', ['default_security_context']],
    ['template', ['pod_template', 'spec', 'securityContext']],
    ['template', ['pod_template', 'spec', 'containers', 1, 'securityContext']],
    ['job', ['image:docker:user']],
    ['enforced', ['enforced_security_context']],
  ]);
});

test('a field is decided by the strongest layer that names it, and the decision says which one', () => {
  const layers = [
    defaults(policy),
    podTemplate(policy),
    ...containerTemplate(policy, 'build'),
    enforced(policy),
  ];

  const { context, decisions } = layerFields('container', layers);

  expect(context).toEqual({ runAsUser: 3, runAsNonRoot: true });
  expect(decisions['runAsUser']?.path).toEqual([
    'pod_template',
    'spec',
    'containers',
    1,
    'securityContext',
    'runAsUser',
  ]);
  expect(decisions['runAsNonRoot']?.path).toEqual(['enforced_security_context', 'runAsNonRoot']);
});

test('the job decides a user under the name of its own key', () => {
  const { decisions } = layerFields('container', [defaults(policy), wish]);

  expect(decisions['runAsUser']).toEqual({ source: 'job', path: ['image:docker:user'] });
});

test('the two lists of capabilities are decided on their own', () => {
  const adding = { ...defaults(policy), fields: { capabilities: { add: ['CHOWN'], drop: ['KILL'] } } };
  const dropping = { ...enforced(policy), fields: { capabilities: { drop: ['MKNOD'] } } };

  const { context, decisions } = layerFields('container', [adding, dropping]);

  expect(context).toEqual({ capabilities: { add: ['CHOWN'], drop: ['KILL', 'MKNOD'] } });
  expect(decisions['capabilities.add']?.source).toBe('default');
  expect(decisions['capabilities.drop']?.path).toEqual(['enforced_security_context', 'capabilities', 'drop']);
});

test('ours for init containers leaves no capability, whoever added it', () => {
  const adding = { ...enforced(policy), fields: { capabilities: { drop: ['ALL'], add: ['CHOWN'] } } };

  expect(layerFields('container', [adding, initContainerLayer]).context).toEqual({
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
  });
});
