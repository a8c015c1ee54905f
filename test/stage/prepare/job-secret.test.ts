import { expect, it } from 'vitest';
import type { AdmittedJob } from '../../../src/admission/admitted-job.ts';
import type { Manifest } from '../../../src/cluster/cluster.ts';
import { createJobSecret } from '../../../src/stage/prepare/job-secret.ts';

it("makes a secret that is named after the job's pod and found by the job's labels", async () => {
  const made: Manifest[] = [];
  const create = (manifest: Manifest) => {
    made.push(manifest);
    return Promise.resolve({ name: 'job-7-abcdefgh-x', uid: 'u' });
  };
  const admitted = { job: { id: 7, instance: 'gitlab.example.org' } } as unknown as AdmittedJob;
  await createJobSecret({ admitted, random: 'abcdefgh', create }, (pod) => `${pod}-x`, {
    type: 'Opaque',
    stringData: { A: 'b' },
  });
  expect(made).toEqual([
    {
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
      stringData: { A: 'b' },
    },
  ]);
});
