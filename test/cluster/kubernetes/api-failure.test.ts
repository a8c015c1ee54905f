import { describe, expect, it } from 'vitest';
import type { ApiCall } from '../../../src/cluster/kubernetes/api-call.ts';
import {
  errorMessage,
  explainApiFailure,
  isLastingTransportError,
} from '../../../src/cluster/kubernetes/api-failure.ts';
import { readRefusal } from '../../../src/cluster/kubernetes/api-refusal.ts';
import { SystemFailure } from '../../../src/outcome/system-failure.ts';
import { statusObject } from './fake-api-server.ts';

const where = { server: 'https://api.example.org:6443', namespace: 'ci' };
const createPod: ApiCall = { verb: 'create', resource: 'pods', name: 'job-1', path: '/p' };
const listPods: ApiCall = { verb: 'list', resource: 'pods', path: '/p' };

function explain(status: number, reason: string, message: string, call: ApiCall = createPod): SystemFailure {
  return explainApiFailure(
    readRefusal(status, JSON.stringify(statusObject(status, reason, message)), undefined),
    call,
    where,
  );
}

describe('a refusal in words', () => {
  it('a refusal says what failed, why, and what to do', () => {
    const failure = explain(
      403,
      'Forbidden',
      'pods is forbidden: User "system:serviceaccount:ci:runner" cannot create resource "pods" in API group "" in the namespace "ci"',
    );

    expect(failure.code).toBe('forbidden');
    expect(failure.message).toBe(
      'Cannot create pod job-1 in namespace ci: pods is forbidden: User "system:serviceaccount:ci:runner" cannot create resource "pods" in API group "" in the namespace "ci". (HTTP 403 Forbidden) ' +
        'Operators: grant the account `create` on `pods` in namespace ci; config/rbac.yaml holds all that it needs.',
    );
  });

  it.each<[string, number, string, string, string, RegExp]>([
    [
      'wrong credentials',
      401,
      'Unauthorized',
      'Unauthorized',
      'unauthorized',
      /renew the token or certificate/,
    ],
    [
      'Pod Security',
      403,
      'Forbidden',
      'pods "job-1" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "x" must set …)',
      'pod-security',
      /`enforced_security_context`.*pod-security\.kubernetes\.io\/enforce/,
    ],
    [
      'a full quota',
      403,
      'Forbidden',
      'pods "job-1" is forbidden: exceeded quota: compute, requested: limits.cpu=2, used: limits.cpu=4, limited: limits.cpu=4',
      'quota',
      /ResourceQuota is used up/,
    ],
    [
      'a quota that wants limits',
      403,
      'Forbidden',
      'pods "job-1" is forbidden: failed quota: compute: must specify limits.cpu for: build',
      'cluster-refused',
      /`resources` of the policy/,
    ],
    [
      'a LimitRange',
      403,
      'Forbidden',
      'pods "job-1" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi',
      'limit-range',
      /LimitRange/,
    ],
    [
      'no credentials at all',
      403,
      'Forbidden',
      'pods is forbidden: User "system:anonymous" cannot create resource "pods"',
      'unauthorized',
      /without credentials/,
    ],
    [
      'a namespace on its way out',
      403,
      'Forbidden',
      'pods "job-1" is forbidden: unable to create new content in namespace ci because it is being terminated',
      'cluster-refused',
      /is being deleted/,
    ],
    [
      'an admission webhook',
      403,
      'Forbidden',
      'admission webhook "policy.example.org" denied the request: no latest tags',
      'cluster-refused',
      /admission policy of the cluster/,
    ],
    [
      'an admission policy in the API server',
      422,
      'Invalid',
      "pods \"job-1\" is forbidden: ValidatingAdmissionPolicy 'x' with binding 'y' denied request: no",
      'cluster-refused',
      /admission policy of the cluster/,
    ],
    [
      'a namespace that is not there',
      404,
      'NotFound',
      'namespaces "ci" not found',
      'cluster-refused',
      /make the namespace ci/,
    ],
    [
      'a name that is taken',
      409,
      'AlreadyExists',
      'pods "job-1" already exists',
      'conflict',
      /at the same time/,
    ],
    ['a mistake in the manifest', 422, 'Invalid', 'Pod "job-1" is invalid', 'invalid-manifest', /print-pod/],
    ['JSON that does not fit', 400, 'BadRequest', 'cannot unmarshal number', 'invalid-manifest', /print-pod/],
    [
      'too many requests',
      429,
      'TooManyRequests',
      'too many requests',
      'cluster-unreachable',
      /too much to do/,
    ],
    [
      'trouble inside',
      500,
      'InternalError',
      'etcdserver: request timed out',
      'cluster-unreachable',
      /has trouble/,
    ],
    ['a redirect', 302, '', 'Found', 'cluster-refused', /is this the address of a Kubernetes API server/],
  ])('a refusal explains %s', (_, status, reason, message, code, advice) => {
    const failure = explain(status, reason, message);

    expect(failure.code).toBe(code);
    expect(failure.message).toContain(message);
    expect(failure.message).toContain(`(HTTP ${status}`);
    expect(failure.message).toMatch(advice);
  });

  it('a refusal names every mistake in a manifest', () => {
    const body = JSON.stringify({
      ...statusObject(422, 'Invalid', 'Pod "job-1" is invalid: [a long list]'),
      details: {
        causes: [
          { field: 'spec.hostUsers', message: 'Forbidden' },
          { field: 'spec.volumes[0].name', message: 'Required value' },
        ],
      },
    });

    expect(explainApiFailure(readRefusal(422, body, undefined), createPod, where).message).toContain(
      'spec.hostUsers: Forbidden; spec.volumes[0].name: Required value. (HTTP 422',
    );
  });

  it('advises otherwise where nothing was to be made', () => {
    expect(explain(404, 'NotFound', 'gone', listPods).message).toMatch(/removed it meanwhile/);
    expect(explain(400, 'BadRequest', 'field label not supported', listPods).message).toMatch(
      /bug in gitlab-pod-executor/,
    );
  });

  it('keeps control characters and endless words of a server out of the log', () => {
    const failure = explain(
      500,
      'Internal\u001b[2JError',
      `\u001b]0;title\u0007\nsection_start:1:fake\r${'x'.repeat(9000)}`,
    );

    expect(failure.message).not.toMatch(/[\u0000-\u001f\u007f]/);
    expect(failure.message.length).toBeLessThan(5000);
  });

  it.each<[string, number, string, string, ApiCall, boolean]>([
    ['a full quota', 403, 'Forbidden', 'pods "job-1" is forbidden: exceeded quota: compute', createPod, true],
    ['too many requests', 429, 'TooManyRequests', 'too many requests', createPod, true],
    ['trouble inside', 500, 'InternalError', 'etcdserver: request timed out', listPods, true],
    [
      'a quota that another pod was counted in at once',
      409,
      'Conflict',
      'Operation cannot be fulfilled on resourcequotas "jobs": the object has been modified',
      createPod,
      true,
    ],
    ['a name that is taken', 409, 'AlreadyExists', 'the object has been modified', createPod, false],
    ['a missing right', 403, 'Forbidden', 'no', createPod, false],
    ['an unknown token', 401, 'Unauthorized', 'no', createPod, false],
  ])('knows whether %s may pass', (_, status, reason, message, call, isTransient) => {
    expect(explain(status, reason, message, call).isTransient).toBe(isTransient);
  });

  it("knows a missing namespace by the answer's own field", () => {
    const body = JSON.stringify({
      ...statusObject(404, 'NotFound', 'nothing here'),
      details: { name: 'ci', kind: 'namespaces' },
    });
    const { code } = explainApiFailure(readRefusal(404, body, undefined), createPod, where);
    expect([code, explain(404, 'NotFound', 'namespaces "ci" not found').code]).toEqual([
      'namespace-missing',
      'cluster-refused',
    ]);
  });

  it('hands on the level of Pod Security that refused the pod', () => {
    const words = 'pods "job-1" is forbidden: violates PodSecurity "baseline:v1.33": host namespaces';
    expect(explain(403, 'Forbidden', words)).toMatchObject({
      code: 'pod-security',
      violatedLevel: { level: 'baseline', version: 'v1.33' },
    });
  });

  it('hands on status and Retry-After for whoever wants to wait', () => {
    const refusal = readRefusal(429, '', '7');

    expect(explainApiFailure(refusal, createPod, where).cause).toMatchObject({
      status: 429,
      retryAfterSeconds: 7,
    });
  });
});

describe('a broken connection in words', () => {
  it('a broken connection names the server', () => {
    const failure = explainApiFailure(new Error('connect ECONNREFUSED 10.0.0.1:6443'), listPods, where);

    expect(failure.code).toBe('cluster-unreachable');
    expect(failure.message).toBe(
      'Cannot list pods in namespace ci: connect ECONNREFUSED 10.0.0.1:6443. (https://api.example.org:6443) Retry the job. Operators: can the runner reach the API server?',
    );
  });

  it('tells a certificate that is not trusted from a server that is away', () => {
    const error = Object.assign(new Error('self-signed certificate'), {
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });

    expect(isLastingTransportError(error)).toBe(true);
    expect(explainApiFailure(error, listPods, where)).toMatchObject({
      code: 'cluster-refused',
      message: expect.stringContaining('certificate-authority'),
    });
  });

  it.each([
    [
      new AggregateError([new Error('connect ::1'), new Error('connect 127.0.0.1')], ''),
      'connect ::1; connect 127.0.0.1',
    ],
    [Object.assign(new Error(''), { code: 'ECONNRESET' }), 'ECONNRESET'],
    [new TypeError(''), 'TypeError'],
    ['text', 'text'],
  ])('a broken connection explains %s', (error, words) => {
    expect(errorMessage(error)).toBe(words);
  });

  it('leaves what is explained already as it is', () => {
    const failure = new SystemFailure('unauthorized', { what: 'no token' });

    expect(explainApiFailure(failure, listPods, where)).toBe(failure);
  });
});
