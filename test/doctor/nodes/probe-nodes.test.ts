import { expect, it } from 'vitest';
import type { ClusterNode, Manifest } from '../../../src/cluster/cluster.ts';
import { examine } from '../../../src/doctor/examine.ts';
import { healthyNode, patient, requestFor } from '../../stage/doctor-patient.ts';

const kindOf = (name: string, kernelVersion: string, userNamespaces = true): ClusterNode => {
  const { status, ...node } = healthyNode(name);
  const runtimeHandlers = [{ name: '', features: { userNamespaces } }];
  return {
    ...node,
    status: { ...status, runtimeHandlers, nodeInfo: { ...status!.nodeInfo!, kernelVersion } },
  };
};

/** Each pod on the node that it asks for; in those of `shared` it has the node's own ids. */
function clusterOf(nodes: readonly ClusterNode[], shared: readonly string[] = []) {
  const looked = patient({ nodes });
  const nodeOf = new Map<string, string>();
  const cluster = {
    ...looked.cluster,
    createPod: async (manifest: Manifest, options?: { readonly dryRun?: boolean }) => {
      const pinned = /"key":"metadata\.name","operator":"In","values":\["([^"]+)"\]/.exec(
        JSON.stringify(manifest),
      )?.[1];
      const pod = await looked.cluster.createPod(manifest, options);
      nodeOf.set(pod.metadata.name, pinned ?? 'any');
      return pod;
    },
    exec: async (asked: Parameters<typeof looked.cluster.exec>[0]) => {
      if (asked.container !== 'helper' || !shared.includes(nodeOf.get(asked.pod) ?? ''))
        return looked.cluster.exec(asked);
      await asked.stdout(
        Buffer.from('uid_map 0 0 4294967295\ngid_map 0 0 4294967295\nuid 1000\nshell /bin/sh\nanswered\n'),
      );
      return { kind: 'exited' as const, code: 0 };
    },
  };
  return { ...looked, cluster, nodeOf };
}

async function rowsOf(cluster: ReturnType<typeof clusterOf>['cluster']) {
  const findings = await examine(requestFor(cluster, { isProbeAsked: true }));
  return new Map(findings.map(({ check, verdict, found }) => [check, { verdict, found }]));
}

it('a pod on one node of each kind proves its user namespace, and none is left', async () => {
  const { cluster, nodeOf, pods } = clusterOf([
    kindOf('a1', '6.8.1'),
    kindOf('a2', '6.8.2'),
    kindOf('b', '6.12.0'),
  ]);
  const rows = await rowsOf(cluster);

  expect(rows.get('user namespace')?.verdict).toBe('ok');
  expect(rows.get('probe: node kind 2')).toMatchObject({
    verdict: 'ok',
    found: expect.stringContaining('proven: uid_map') as string,
  });
  expect([...nodeOf.values()].filter((node) => node !== 'any')).toEqual(['a1', 'b']);
  expect(pods.size).toBe(0);
});

it('a kind of node without user namespaces is named, whatever the others have', async () => {
  const rows = await rowsOf(clusterOf([kindOf('a', '6.8.1'), kindOf('b', '6.12.0')], ['b']).cluster);

  expect(rows.get('user namespace')?.verdict).toBe('ok');
  expect(rows.get('probe: node kind 2')).toMatchObject({
    verdict: 'fail',
    found: expect.stringMatching(/^user namespace: /) as string,
  });
});

it('a kind that says itself that it has none is not tried, and keeps no other from being tried', async () => {
  const { cluster, nodeOf } = clusterOf([
    kindOf('a1', '6.8.1', false),
    kindOf('a2', '6.8.1', false),
    kindOf('b', '6.12.0'),
  ]);
  const rows = await rowsOf(cluster);

  expect(rows.get('node kind 1')?.verdict).toBe('fail');
  expect(rows.get('user namespace')?.verdict).toBe('ok');
  expect([...nodeOf.values()].filter((node) => node !== 'any')).toEqual(['b']);
});
