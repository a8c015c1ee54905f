import { describe, expect, it } from 'vitest';
import {
  type ApiCall,
  contentTypeOf,
  describeCall,
  methodOf,
  namespacedPath,
  targetOf,
} from '../../../src/cluster/kubernetes/api-call.ts';

describe('namespacedPath', () => {
  it('keeps a hostile name in its place', () => {
    expect(namespacedPath('ci', 'pods', '../secrets/x?watch=1#')).toBe(
      '/api/v1/namespaces/ci/pods/..%2Fsecrets%2Fx%3Fwatch%3D1%23',
    );
  });
});

describe('targetOf', () => {
  it.each([
    [{ path: '/version' }, '/version'],
    [{ path: '/a', query: { labelSelector: 'x=1,y!=ü&z' } }, '/a?labelSelector=x%3D1%2Cy!%3D%C3%BC%26z'],
    [{ path: '/a', query: { command: ['sh', '-c', ''] } }, '/a?command=sh&command=-c&command='],
    [
      { path: '/a', query: { command: ['a b', 'c+d', '\n', '%20'] } },
      '/a?command=a+b&command=c%2Bd&command=%0A&command=%2520',
    ],
    [{ path: '/a', query: {} }, '/a'],
  ])('writes %j', (call, expected) => {
    expect(targetOf(call)).toBe(expected);
  });
});

describe('a call', () => {
  it.each<[ApiCall, string, string]>([
    [{ verb: 'create', resource: 'pods', name: 'job-1', path: '/p' }, 'POST', 'create pod job-1'],
    [{ verb: 'list', resource: 'pods', path: '/p' }, 'GET', 'list pods'],
    [{ verb: 'get', resource: 'pods/log', name: 'job-1', path: '/p' }, 'GET', 'get the log of pod job-1'],
    [{ verb: 'watch', resource: 'events', path: '/p' }, 'GET', 'watch events'],
    [{ verb: 'delete', resource: 'secrets', name: 's', path: '/p' }, 'DELETE', 'delete secret s'],
    [{ verb: 'patch', resource: 'secrets', name: 's', path: '/p' }, 'PATCH', 'patch secret s'],
    [{ verb: 'get', resource: '', path: '/version' }, 'GET', 'get /version'],
  ])('a call to %j is %s: %s', (call, method, words) => {
    expect(methodOf(call)).toBe(method);
    expect(describeCall(call)).toBe(words);
  });

  it('sends JSON, as a merge patch where it patches', () => {
    expect(contentTypeOf({ verb: 'create', resource: 'pods', path: '/' })).toBe('application/json');
    expect(contentTypeOf({ verb: 'patch', resource: 'pods', path: '/' })).toBe(
      'application/merge-patch+json',
    );
  });
});
