// A runner that reaches the API server only through the proxy of its environment: the server's name leads nowhere without it.
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startProxy } from '../cluster/kubernetes/proxy-server.ts';
import { writeKubeconfig } from '../embedded-cluster/kubeconfig.ts';
import { clusterSuite } from './on-cluster.ts';

const suite = await clusterSuite('each command goes through the proxy of its environment');
/** Nobody listens there; below localhost, where NO_PROXY does not know it for loopback and the embedded cluster answers to it. */
const name = 'api.localhost:1';

async function behindProxy() {
  const { server, certificateAuthorityPem, token } = suite.embedded();
  const proxy = await startProxy({ targetPort: Number(new URL(server).port) });
  onTestFinished(() => proxy.close());
  const kubeconfig = join(suite.cluster().directory, 'kubeconfig-behind-a-proxy');
  writeKubeconfig(kubeconfig, {
    server: `https://${name}`,
    tlsServerName: 'localhost',
    certificateAuthorityPem,
    namespace: 'ci',
    user: { token },
  });
  const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
  return { attempt: suite.attempt({ kubeconfig, env }), proxy };
}

describe.skipIf(suite.reasonNoFaults)('a job behind a proxy', () => {
  it('prepare, run, cleanup, doctor and sweep reach the API server through HTTPS_PROXY', async () => {
    const { attempt, proxy } = await behindProxy();
    const calls = [
      ['prepare', () => attempt.call('prepare')],
      ['run', () => attempt.script('echo through')],
      ['cleanup', () => attempt.call('cleanup')],
      ['doctor', () => attempt.call('doctor', '--json')],
      ['sweep', () => attempt.call('sweep', '--dry-run')],
    ] as const;
    for (const [stage, call] of calls) {
      const asked = proxy.asked.length;
      const { exitCode, stderr } = await call();
      expect({ stage, exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({
        stage,
        exitCode: 0,
        stderr: '',
      });
      expect({ stage, throughProxy: proxy.asked.length > asked }).toEqual({ stage, throughProxy: true });
    }
    expect(new Set(proxy.asked)).toEqual(new Set([name]));
  });
});
