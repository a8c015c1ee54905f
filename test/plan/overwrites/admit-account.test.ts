import { expect, it } from 'vitest';
import { admitAccount } from '../../../src/plan/overwrites/admit-account.ts';
import { accountVariable } from '../../../src/plan/overwrites/overwrite-variables.ts';
import { refuseFor } from '../../../src/plan/overwrites/requested.ts';
import { sampleJob, samplePolicy } from '../../pod/sample-job.ts';

const ask = (value: string | null, ...patterns: string[]) =>
  admitAccount(patterns, {
    requested: [{ key: accountVariable, name: accountVariable, value }],
    refuse: refuseFor(sampleJob, samplePolicy),
  });

it('admitAccount takes a name of Kubernetes that a pattern allows, and no other', () => {
  expect(ask('deploy-a', 'deploy-*')).toEqual({ name: 'deploy-a', findings: [] });
  for (const name of ['default', 'deploy-A', 'deploy-a\n', 'deploy-*', null])
    expect(ask(name, 'deploy-*')).toMatchObject({ name: null, findings: [{ key: accountVariable }] });
  expect(ask('x')).toMatchObject({ findings: [{ instead: 'Leave it out.' }] });
});
