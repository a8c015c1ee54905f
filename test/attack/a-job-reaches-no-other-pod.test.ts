import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { kubectl } from '../cluster/kubectl.ts';
import type { JobResult } from '../model-runner/result.ts';
import { attackSuite, ownJobId, podsOf, skipAloud } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('a job reaches no other pod', { real: 'network policy' });

interface NetworkPolicy {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

const shipped = parse(
  readFileSync(new URL('../../config/network-policy.yaml', import.meta.url), 'utf8'),
) as NetworkPolicy;

/** Lets nothing in or out. Where a connection gets through all the same, nobody enforces policies. */
const wall: NetworkPolicy = { ...shipped, spec: { policyTypes: ['Ingress', 'Egress'] } };

/** Not the name of the shipped one: the namespace may have that already. */
const name = `gitlab-pod-executor-test-${ownJobId()}`;

/** For these jobs alone: others run in the namespace meanwhile. */
function apply(policy: NetworkPolicy, jobs: readonly number[]): void {
  const values = jobs.map(String);
  const podSelector = {
    matchExpressions: [{ key: 'gitlab-pod-executor/job-id', operator: 'In', values }],
  };
  execFileSync(
    'kubectl',
    ['--kubeconfig', cluster().kubeconfig, '-n', cluster().namespace, 'apply', '-f', '-'],
    {
      input: JSON.stringify({ ...policy, metadata: { name }, spec: { ...policy.spec, podSelector } }),
      stdio: 'pipe',
    },
  );
}

const remove = (): string => kubectl(cluster(), 'delete', 'networkpolicy', name, '--ignore-not-found');

/** One job listens at its pod's address, another one comes knocking. @returns what the visitor's log says */
async function visit(policy: NetworkPolicy | null): Promise<JobResult> {
  const [id, guest] = [ownJobId(), ownJobId()];
  remove();
  if (policy) apply(policy, [id, guest]);
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
              id: guest,
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
  afterEach(remove);

  it('a job reaches no other pod where the shipped network policy is applied and enforced', async (test) => {
    const isReached = async (policy: NetworkPolicy | null): Promise<boolean> =>
      /^at-home$/m.test((await visit(policy)).readableTrace);
    if (await isReached(wall)) skipAloud(test, "this cluster's network plugin enforces no policy");
    if (!(await isReached(null))) skipAloud(test, 'pods do not reach each other in this namespace anyway');
    const result = await visit(shipped);
    expect(result.readableTrace).toMatch(/^nobody-home$/m);
  });
});
