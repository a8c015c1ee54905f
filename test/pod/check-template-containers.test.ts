import { expect, test } from 'vitest';
import { checkTemplateContainers } from '../../src/pod/check-template-containers.ts';
import { viewTemplate } from '../../src/pod/template/template-view.ts';
import { formatKeyPath } from '../../src/policy/problem.ts';

type List = 'containers' | 'initContainers';

const check = (containers: unknown, list: List = 'containers'): string[] =>
  checkTemplateContainers(viewTemplate({ spec: { [list]: containers } })).map(
    ({ path, message }) => `${formatKeyPath(path).replace(/^pod_template\.spec\./, '')} ${message}`,
  );

const build = (fields: object) => [{ name: 'build', ...fields }];

const wrong: [containers: unknown, problem: RegExp][] = [
  [[{ name: 'build' }, { name: 'build' }], /^containers\[1\]\.name names build a second time$/],
  [build({ image: 'x' }), /^containers\[0\]\.image comes from the job, or from default_image/],
  [[{ name: 'svc-3', image: 'x' }], /^containers\[0\]\.image comes from the job/],
  [[{ name: 'svc-03' }], /^containers\[0\]\.name is no container of a job: .* write svc-3$/],
  [[{ name: 'helper', command: ['sh'] }], /^containers\[0\]\.command is the executor's/],
  [[{ name: 'helper', args: [] }], /^containers\[0\]\.args is the executor's/],
  [build({ imagePullPolicy: 'Always' }), /^containers\[0\]\.imagePullPolicy comes from pull_policy$/],
  [build({ restartPolicy: 'Always' }), /^containers\[0\]\.restartPolicy is the executor's/],
  [
    [{ name: 'init-workspace' }],
    /^containers\[0\]\.name is a name of the executor's own, and belongs to initContainers$/,
  ],
  [build({ workingDir: '//.gitlab-pod-executor/./home' }), /\.workingDir lies in \/\.gitlab-pod-executor/],
  [build({ securityContext: { privileged: true } }), /\.privileged may only be false/],
  [build({ securityContext: { fsGroup: 1 } }), /belongs to the pod, not to a container$/],
  [build({ securityContext: [] }), /\.securityContext is a list; write keys with values$/],
  [[{ name: 'helper', securityContext: { runAsUser: 5 } }], /\.runAsUser is that of build/],
  [
    [{ name: 'svc-0', ports: [{ containerPort: 80, hostPort: 80 }] }],
    /\.ports\[0\]\.hostPort opens a port of the node/,
  ],
  [[{ name: 'proxy', ports: [{ hostIP: '10.0.0.1' }] }], /\.ports\[0\]\.hostIP opens a port of the node/],
];

test.for(wrong)('calls %j a mistake: %s', ([containers, problem]) => {
  expect(check(containers)).toEqual([expect.stringMatching(problem)]);
});

test('sends build to the containers when it stands among the init containers', () => {
  expect(check([{ name: 'build' }], 'initContainers')).toEqual([
    "initContainers[0].name is a name of the executor's own, and belongs to containers",
  ]);
});

test('takes one name in both lists for two', () => {
  const view = viewTemplate({ spec: { containers: [{ name: 'a' }], initContainers: [{ name: 'a' }] } });

  expect(checkTemplateContainers(view)).toMatchObject([{ message: 'names a a second time' }]);
});

test('has nothing to say about a list that is not there, or is none', () => {
  expect(check(undefined)).toEqual([]);
  expect(check('build')).toEqual([]);
});
