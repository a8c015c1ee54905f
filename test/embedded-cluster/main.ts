// The embedded cluster as a program: `node test/embedded-cluster/main.ts [--state-dir DIR] [--kubeconfig FILE]`.
import { parseArgs } from 'node:util';
import { startEmbeddedCluster } from './start-embedded-cluster.ts';

const { values } = parseArgs({
  options: {
    'state-dir': { type: 'string' },
    kubeconfig: { type: 'string' },
    /** A port of this machine that pods reach; may be given more than once. */
    reachable: { type: 'string', multiple: true },
  },
});
const starting = startEmbeddedCluster({
  ...(values['state-dir'] === undefined ? {} : { stateDir: values['state-dir'] }),
  ...(values.kubeconfig === undefined ? {} : { kubeconfigFile: values.kubeconfig }),
  reachable: (values.reachable ?? []).map((port) => ({ hostPort: Number(port) })),
});
// From the start: whoever stops us early wants nothing left behind, either.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void starting.then((cluster) => cluster.stop()).finally(() => process.exit());
  });
}
try {
  const { server, sandbox, kubeconfigFile, namespace } = await starting;
  if (sandbox.whyNoMemoryLimits !== null)
    console.warn(`Memory limits are not enforced: ${sandbox.whyNoMemoryLimits}`);
  console.log(`ready: ${server} (${sandbox.kind}); KUBECONFIG=${kubeconfigFile}; namespace ${namespace}`);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
