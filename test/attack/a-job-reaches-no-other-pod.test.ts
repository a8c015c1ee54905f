import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { kubectl } from '../cluster/kubectl.ts';
import type { JobResult } from '../model-runner/result.ts';
import { attackSuite, ownJobId, podsOf } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('a job reaches no other pod', { real: 'network policy' });

const shipped = readFileSync(new URL('../../config/network-policy.yaml', import.meta.url), 'utf8');
const name = 'gitlab-pod-executor-jobs';

/** Lets nothing in or out. Where a connection gets through all the same, nobody enforces policies. */
const wall = JSON.stringify({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name },
  spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
});

function apply(policy: string): void {
  execFileSync(
    'kubectl',
    ['--kubeconfig', cluster().kubeconfig, '-n', cluster().namespace, 'apply', '-f', '-'],
    { input: policy, stdio: 'pipe' },
  );
}

/** One job listens at its pod's address, another one comes knocking. @returns what the visitor's log says */
async function visit(): Promise<JobResult> {
  const id = ownJobId();
  let visitor: JobResult | undefined;
  await cluster().run(
    {
      id,
      image: cluster().busyboxImage,
      script: [
        'mkdir -p www && echo at-home > www/index.html && httpd -p 8070 -h www',
        'echo listening',
        'i=0; while [ ! -e /builds/over ] && [ $i -lt 300 ]; do i=$((i+1)); sleep 0.1; done',
      ],
    },
    {
      on: [
        {
          trace: /^listening$/m,
          do: async () => {
            const [pod] = podsOf(cluster(), id);
            visitor = await cluster().run({
              image: cluster().busyboxImage,
              script: [`timeout 5 wget -q -O - http://${pod?.status?.podIP}:8070/ || echo nobody-home`],
            });
            kubectl(
              cluster(),
              'exec',
              pod?.metadata.name ?? '',
              '-c',
              'build',
              '--',
              'touch',
              '/builds/over',
            );
          },
        },
      ],
    },
  );
  if (!visitor) throw new Error('The job that listens never came so far.');
  return visitor;
}

describe.skipIf(reason)('a job reaches no other pod', () => {
  afterEach(() => kubectl(cluster(), 'delete', 'networkpolicy', name, '--ignore-not-found'));

  it('where the shipped network policy is applied and enforced', async (test) => {
    apply(wall);
    const walled = await visit();
    test.skip(/^at-home$/m.test(walled.readableTrace), "this cluster's network plugin enforces no policy");
    kubectl(cluster(), 'delete', 'networkpolicy', name);
    const open = await visit();
    expect(open.readableTrace).toMatch(/^at-home$/m);
    apply(shipped);
    const result = await visit();
    expect(result.readableTrace).toMatch(/^nobody-home$/m);
  });
});
