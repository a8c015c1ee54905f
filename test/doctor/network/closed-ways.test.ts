import { describe, expect, it } from 'vitest';
import type { Cluster, ExecResult } from '../../../src/cluster/cluster.ts';
import { checkClosedWays } from '../../../src/doctor/network/closed-ways.ts';
import { unusedCluster } from '../../stage/unused-cluster.ts';

async function tried(says: string, end: ExecResult = { kind: 'exited', code: 0 }) {
  const cluster: Cluster = {
    ...unusedCluster,
    exec: async ({ stdout }) => {
      await stdout(Buffer.from(says));
      return end;
    },
  };
  return checkClosedWays({ cluster, pod: { name: 'pod' }, signal: new AbortController().signal });
}

describe('checkClosedWays', () => {
  it('the row is ok where the API server and the metadata service cannot be reached', async () => {
    expect(
      await tried('way https://10.0.0.1:443/ closed\nway http://169.254.169.254/ closed\nanswered\n'),
    ).toMatchObject({
      verdict: 'ok',
      found: 'a job does not reach https://10.0.0.1:443/, http://169.254.169.254/',
    });
  });

  it('warns of each address that answers, with the policy to apply', async () => {
    const found = await tried(
      'way https://10.0.0.1:443/ open\nway http://169.254.169.254/ closed\nanswered\n',
    );
    expect(found).toMatchObject({ check: 'network policy', verdict: 'warn' });
    expect(found.found).toMatch(/^a job reaches https:\/\/10\.0\.0\.1:443\/: /);
    expect(found.remedies[0]?.code).toBe('kubectl apply -n ci -f config/network-policy.yaml');
  });

  it.each([
    ['no git', 'answered\n'],
    ['no whole answer', 'way https://10.0.0.1:443/ closed\n'],
    ['words of its own', 'way \u001b[31m open\nanswered\n'],
  ])('says nothing of a pod with %s', async (_, says) => {
    expect(await tried(says)).toMatchObject({ verdict: 'skip' });
  });
});
