// A pull secret of the operator's that cannot be read, on a cluster of its own: the one of the faults has its token replaced, and
// would refuse the secret that this test makes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callApi } from '../embedded-cluster/client/call-api.ts';
import { type ClusterUnderTest, startClusterUnderTest, whyNoCluster } from './cluster-under-test.ts';

const reason = process.env['KUBECONFIG'] ? 'it takes an image that is pulled' : await whyNoCluster();
if (reason) console.warn(`SKIPPED: pull secrets that cannot be read need the embedded cluster; ${reason}`);

let cluster: ClusterUnderTest;
beforeAll(async () => {
  if (!reason) cluster = await startClusterUnderTest();
});
afterAll(async () => {
  if (!reason) await cluster.stop();
});

describe.skipIf(reason)('a pull secret', () => {
  // @promise start: an operator's pull secret that no kubelet can read — system failure at once, in the kubelet's words
  it("an operator's pull secret that no kubelet can read ends the job at once, in its words", async () => {
    const auths = { 'elsewhere.example.org': { auth: 'no base64' } };
    const body = {
      metadata: { name: 'unreadable' },
      type: 'kubernetes.io/dockerconfigjson',
      stringData: { '.dockerconfigjson': JSON.stringify({ auths }) },
    };
    expect(await callApi(cluster.embedded!, 'POST', 'secrets', { body })).toMatchObject({ status: 201 });
    const result = await cluster.run(
      { script: ['echo never'] },
      { policy: { pull_policy: 'always', image_pull_secrets: ['unreadable'] } },
    );
    expect(result).toMatchObject({ state: 'failed', failureReason: 'runner_system_failure' });
    expect(result.readableTrace).toMatch(
      /The kubelet says: illegal base64 data at input byte 2\. .*`image_pull_secrets`/,
    );
    expect(result.readableTrace).not.toMatch(/more room|timeouts\.ready/);
  });
});
