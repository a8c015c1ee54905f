import { expect, it } from 'vitest';
import { appendValue, emptyDraft } from '../../src/import-config/draft.ts';
import { mergePatch } from '../../src/import-config/merge-patch.ts';

it('mergePatch lays each field for itself over what is there, and remembers where it came from', () => {
  const draft = emptyDraft();
  appendValue(draft, ['spec', 'containers'], { name: 'build', tty: true }, 'volumes');
  const patch = {
    containers: [
      { name: 'build', securityContext: { privileged: true } },
      { name: 'own', image: 'a' },
    ],
    dnsConfig: { searches: ['b'] },
    nodeName: null,
  };
  mergePatch(draft, ['spec'], patch, 'pod_spec');

  expect(draft.policy['spec']).toEqual({
    containers: [
      { name: 'build', tty: true, securityContext: { privileged: true } },
      { name: 'own', image: 'a' },
    ],
    dnsConfig: { searches: ['b'] },
    nodeName: null,
  });
  expect(draft.origins.get('["spec","containers",0]')).toBe('volumes');
  expect(draft.origins.get('["spec","containers",0,"securityContext","privileged"]')).toBe('pod_spec');
});
