// `npm run bench`: ratios, measured side by side in one run, because machines differ and drift. Never a test.
//   npm run bench                    on the embedded cluster
//   KUBECONFIG=… npm run bench       on a real one (TEST_NAMESPACE, TEST_BUILD_IMAGE, TEST_HELPER_IMAGE as for test:cluster)
import { execFileSync } from 'node:child_process';
import { startClusterUnderTest, whyNoCluster } from '../cluster/cluster-under-test.ts';
import { benchCheck } from './bench-check.ts';
import { benchConfig } from './bench-config.ts';
import { benchIdle } from './bench-idle.ts';
import { benchRun } from './bench-run.ts';
import { benchStream } from './bench-stream.ts';
import { printRows, type Row } from './rows.ts';

const rows: Row[] = [...(await benchConfig()), ...(await benchCheck())];
const reason = (await whyNoCluster()) ?? whyNoKubectl();
if (reason) {
  console.error(`The rows that need a cluster are left out: ${reason}`);
} else {
  const cluster = await startClusterUnderTest();
  try {
    rows.push(...(await benchRun(cluster)), ...(await benchStream(cluster)), ...(await benchIdle(cluster)));
  } finally {
    await cluster.stop();
  }
}
printRows(rows);

function whyNoKubectl(): string | null {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'there is no kubectl to compare with';
  }
}
