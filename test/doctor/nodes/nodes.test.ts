import { describe, expect, it } from 'vitest';
import type { ClusterNode, Manifest } from '../../../src/cluster/cluster.ts';
import { checkNodes } from '../../../src/doctor/nodes/nodes.ts';
import { requestOf } from '../../../src/doctor/room/pod-request.ts';
import { SystemFailure } from '../../../src/outcome/system-failure.ts';
import { healthyNode, patient } from '../../stage/doctor-patient.ts';

const manifest = { spec: { containers: [{ resources: { requests: { cpu: '2', memory: '4Gi' } } }] } };

async function look(nodes: readonly ClusterNode[], pod: Manifest = manifest) {
  const { cluster } = patient({ nodes });
  const input = { manifest: pod, request: requestOf(pod), signal: new AbortController().signal };
  const { findings, kinds } = await checkNodes({ ...input, cluster });
  return { rows: findings.map(({ check, verdict, found }) => [check, verdict, found]), kinds };
}

const many = (count: number): ClusterNode[] =>
  Array.from({ length: count }, (_, index) => healthyNode(`n${index}`));
const withKernel = (kernelVersion: string, index: number): ClusterNode => {
  const { status, ...node } = healthyNode(`k${index}`);
  return {
    ...node,
    status: { ...status, runtimeHandlers: [], nodeInfo: { ...status!.nodeInfo!, kernelVersion } },
  };
};

describe('checkNodes', () => {
  it('has a row for each kind, and counts the nodes that take no job', async () => {
    const nodes = [
      ...many(5),
      { ...healthyNode('gpu'), spec: { unschedulable: true } },
      withKernel('5.15.0', 1),
    ];

    expect((await look(nodes)).rows).toEqual([
      ['nodes', 'ok', 'jobs may run on 6 of 7; kinds of them: 2; not on 1: cordoned'],
      ['node kind 1', 'ok', 'linux/amd64, Linux 6.8, containerd 2.0, kubelet 1.36: n0, n1, n2 and 2 more'],
      [
        'node kind 2',
        'warn',
        'linux/amd64, Linux 5.15, containerd 2.0, kubelet 1.36: k1; too old, mostly: Linux before 6.3',
      ],
    ]);
  });

  it('says that no node takes a pod, and why', async () => {
    const pod = { spec: { ...manifest.spec, nodeSelector: { size: 'huge' } } };

    expect((await look(many(3), pod)).rows).toEqual([
      ['nodes', 'fail', "no node takes a job's pod; not on 3: no label size=huge (3)"],
    ]);
  });

  it('says that no node is large enough', async () => {
    const pod = { spec: { containers: [{ resources: { requests: { cpu: '500' } } }] } };

    expect((await look(many(2), pod)).rows[0]).toEqual([
      'nodes',
      'fail',
      'no node is large enough for one job: it requests 500 cpu, and the largest has 8 cpu',
    ]);
  });

  it('shows the first of very many kinds', async () => {
    const nodes = Array.from({ length: 10 }, (_, index) => withKernel(`6.${index + 3}.0`, index));
    const { rows, kinds } = await look(nodes);

    expect(rows).toHaveLength(9);
    expect(rows[0]?.[2]).toBe('jobs may run on 10 of 10; kinds of them: 10; the first 8 below');
    expect(kinds).toHaveLength(10);
  });

  it('says which right is missing, which is no fault', async () => {
    const refusal = new SystemFailure('forbidden', { what: 'Cannot list nodes.' });
    const cluster = { ...patient().cluster, listNodes: () => Promise.reject(refusal) };
    const input = { manifest, request: requestOf(manifest), signal: new AbortController().signal };

    expect(await checkNodes({ ...input, cluster })).toMatchObject({
      findings: [
        { check: 'nodes', verdict: 'skip', found: expect.stringContaining('doctor-rights.yaml') as string },
      ],
      kinds: [],
    });
  });
});
