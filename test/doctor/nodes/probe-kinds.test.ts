import { expect, it } from 'vitest';
import { groupNodes } from '../../../src/doctor/nodes/node-kinds.ts';
import { probeKinds } from '../../../src/doctor/nodes/probe-kinds.ts';
import type { ProbeInput } from '../../../src/doctor/probe.ts';
import { samplePod } from '../../../src/doctor/sample.ts';
import { SystemFailure } from '../../../src/outcome/system-failure.ts';
import { promisedSince } from '../../../src/plan/namespace-proof.ts';
import { healthyNode, now, patient, policyOf } from '../../stage/doctor-patient.ts';

const [kind] = groupNodes([healthyNode('a')], '');

function probe(answers: Partial<ProbeInput['cluster']> = {}): ProbeInput {
  const policy = policyOf();
  return {
    ...samplePod({ policy, hasService: false, server: promisedSince, random: 'k7m2qx4d', now }),
    cluster: { ...patient().cluster, ...answers },
    ...{ policy, platform: null, gitlab: null, now: () => now, onProgress: () => undefined },
    signal: new AbortController().signal,
  };
}

it('one row says of a further kind of node that all is well, or what is not', async () => {
  const kinds = [{ kind: kind!, row: 'node kind 2' }];
  const refusal = new SystemFailure('forbidden', { what: 'Cannot create pods.' });

  expect(await probeKinds({ kinds, newProbe: () => probe() })).toMatchObject([
    {
      check: 'probe: node kind 2',
      verdict: 'ok',
      found: expect.stringContaining('; proven: uid_map reads') as string,
    },
  ]);
  expect(
    await probeKinds({ kinds, newProbe: () => probe({ createPod: () => Promise.reject(refusal) }) }),
  ).toMatchObject([
    { check: 'probe: node kind 2', verdict: 'fail', found: 'probe pod: Cannot create pods.' },
  ]);
});
