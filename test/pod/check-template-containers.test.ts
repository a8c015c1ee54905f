import { expect, test } from 'vitest';
import { checkTemplateContainers } from '../../src/pod/check-template-containers.ts';
import { formatKeyPath } from '../../src/policy/problem.ts';

const check = (containers: unknown, list: 'containers' | 'initContainers' = 'containers'): string[] =>
  checkTemplateContainers(containers, list).map(
    ({ path, message }) => `${formatKeyPath(path).replace(/^pod_template\.spec\./, '')} ${message}`,
  );

const mount = (name: string, mountPath: string) => [{ name: 'build', volumeMounts: [{ name, mountPath }] }];

const wrong: [containers: unknown, problem: RegExp][] = [
  ['build', /^containers must be a list$/],
  [[{ image: 'x' }], /^containers\[0\] must be a container with a name$/],
  [[{ name: 'build' }, { name: 'build' }], /^containers\[1\]\.name names build a second time$/],
  [[{ name: 'build', image: 'x' }], /^containers\[0\]\.image comes from the job or from default_image/],
  [[{ name: 'svc-3', image: 'x' }], /^containers\[0\]\.image comes from the job/],
  [[{ name: 'helper', command: ['sh'] }], /^containers\[0\]\.command is the executor's/],
  [[{ name: 'helper', args: [] }], /^containers\[0\]\.args is the executor's/],
  [
    [{ name: 'build', imagePullPolicy: 'Always' }],
    /^containers\[0\]\.imagePullPolicy comes from pull_policy$/,
  ],
  [[{ name: 'build', restartPolicy: 'Always' }], /^containers\[0\]\.restartPolicy is the executor's/],
  [
    [{ name: 'init-workspace' }],
    /^containers\[0\]\.name is a name of the executor's own, and belongs to initContainers$/,
  ],
  [[{ name: 'proxy' }], /^containers\[0\]\.image is missing: proxy is a container of the template's own/],
  [mount('control-helper', '/x'), /\.name is a control volume: it is mounted in one container only$/],
  [mount('v', '/.gitlab-pod-executor'), /\.mountPath lies over \/\.gitlab-pod-executor/],
  [mount('v', '/.gitlab-pod-executor/bin'), /\.mountPath lies over/],
  [mount('v', '/x/../.gitlab-pod-executor//home/'), /\.mountPath lies over/],
  [mount('v', '/'), /\.mountPath lies over/],
  [[{ name: 'build', volumeMounts: {} }], /^containers\[0\]\.volumeMounts must be a list$/],
  [[{ name: 'build', volumeMounts: [{ name: 'v' }] }], /volumeMounts\[0\] must have a name and a mountPath$/],
  [[{ name: 'build', securityContext: { privileged: true } }], /\.privileged may only be false/],
  [[{ name: 'build', securityContext: { fsGroup: 1 } }], /belongs to the pod, not to a container$/],
  [[{ name: 'build', securityContext: [] }], /\.securityContext must be a map of security fields$/],
  [[{ name: 'helper', securityContext: { runAsUser: 5 } }], /\.runAsUser is that of build/],
];

test.for(wrong)('%j is a mistake: %s', ([containers, problem]) => {
  expect(check(containers)).toEqual([expect.stringMatching(problem)]);
});

test('sends build to the containers when it stands among the init containers', () => {
  expect(check([{ name: 'build' }], 'initContainers')).toEqual([
    "initContainers[0].name is a name of the executor's own, and belongs to containers",
  ]);
});

test('has nothing to say about a list that is not there, or a neighbour of the control directory', () => {
  expect(check(undefined)).toEqual([]);
  expect(check(mount('v', '/.gitlab-pod-executor-tools'))).toEqual([]);
});
