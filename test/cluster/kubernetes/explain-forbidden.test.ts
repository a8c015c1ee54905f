import { describe, expect, it } from 'vitest';
import type { ApiCall } from '../../../src/cluster/kubernetes/api-call.ts';
import { explainForbidden } from '../../../src/cluster/kubernetes/explain-forbidden.ts';

const watchPods: ApiCall = { verb: 'watch', resource: 'pods', path: '/p' };

describe('explainForbidden', () => {
  it.each([
    [
      'the very right that RBAC missed',
      'pods is forbidden: User "r" cannot list resource "pods" in API group ""',
      '`list` on `pods`',
    ],
    [
      'a right on a subresource',
      'pods "x" is forbidden: User "r" cannot get resource "pods/exec" in API group ""',
      '`get` on `pods/exec`',
    ],
    ['the right for the call, where the server does not say', 'no', '`watch` on `pods`'],
  ])('asks for %s', (_, message, right) => {
    expect(explainForbidden(message, watchPods, 'ci')).toEqual({
      code: 'forbidden',
      operator: `grant the account ${right} in namespace ci; config/rbac.yaml holds all that it needs.`,
    });
  });

  it('knows a service account that a pod template names and nobody made', () => {
    const message =
      'pods "job-1" is forbidden: error looking up service account ci/builder: serviceaccount "builder" not found';

    expect(explainForbidden(message, watchPods, 'ci')).toMatchObject({
      code: 'cluster-refused',
      operator: expect.stringContaining('`pod_template.spec.serviceAccountName`'),
    });
  });
});
