import { expect, it } from 'vitest';
import { planSecret } from '../../src/plan/plan-secret.ts';

it("planSecret names a Secret after the job's pod, with the job's labels", () => {
  const owner = { job: { id: 7, instance: 'gitlab.example.org' }, random: 'abcdefgh' };

  expect(planSecret(owner, (pod) => `${pod}-x`, { type: 'Opaque', values: { A: 'b' } })).toEqual({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'job-7-abcdefgh-x',
      labels: {
        'app.kubernetes.io/managed-by': 'gitlab-pod-executor',
        'gitlab-pod-executor/instance': '6f9bff861aa29e15',
        'gitlab-pod-executor/job-id': '7',
      },
    },
    type: 'Opaque',
    data: { A: 'Yg==' },
  });
});
