import { expect, it } from 'vitest';
import { applyProfile } from '../../src/pod/apply-profile.ts';
import { readPolicy } from '../../src/policy/read-policy.ts';

const read = (text: string) =>
  readPolicy({ text: `cluster: {namespace: ci}\n${text}`, file: 'policy.yaml' }).policy;

it('leaves all as it is where the profile says nothing', () => {
  const policy = read('profiles: {plain: {}}');
  expect(applyProfile(policy, 'plain')).toEqual({ ...policy, applied: { name: 'plain' } });
});

it('lays amounts, durations and Secrets over those of the policy, each for itself', () => {
  const policy = read(`
resources: {build: {requests: {cpu: "1"}, limits: {memory: 4Gi}}}
timeouts: {ready: 5m}
image_pull_secrets: [mirror]
profiles:
  large:
    resources: {build: {requests: {memory: 8Gi}, limits: {cpu: null}}}
    timeouts: {stop_grace: 30s}
    image_pull_secrets: [mirror, more]
`);
  const { resources, timeouts, image_pull_secrets } = applyProfile(policy, 'large');

  expect(resources.build.requests).toMatchObject({ cpu: '1', memory: '8Gi' });
  // A request above the limit that it did not know of raises it, as in a policy.
  expect(resources.build.limits).toMatchObject({ memory: '8Gi' });
  expect(resources.build.limits).not.toHaveProperty('cpu');
  expect(resources.helper).toEqual(policy.resources.helper);
  expect(timeouts).toEqual({ ready: 300, reconnect: 300, stop_grace: 30 });
  expect(image_pull_secrets).toEqual(['mirror', 'more']);
});

it('merges its template over the one of the policy, as that is merged over pods', () => {
  const policy = read(`
pod_template: {spec: {nodeSelector: {a: "1"}, tolerations: [{key: x}], containers: [{name: build, env: [{name: A, value: "1"}]}]}}
profiles: {gpu: {pod_template: {spec: {runtimeClassName: nvidia, nodeSelector: {b: "2"}, containers: [{name: build, env: [{name: B, value: "2"}]}]}}}}
`);

  expect(applyProfile(policy, 'gpu').pod_template).toEqual({
    spec: {
      runtimeClassName: 'nvidia',
      nodeSelector: { a: '1', b: '2' },
      tolerations: [{ key: 'x' }],
      containers: [
        {
          name: 'build',
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
        },
      ],
    },
  });
});

it('throws of a profile that there is not', () => {
  expect(() => applyProfile(read(''), 'toString')).toThrow('there is no profile toString');
});
