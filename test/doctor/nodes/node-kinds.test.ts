import { describe, expect, it } from 'vitest';
import type { ClusterNode } from '../../../src/cluster/cluster.ts';
import { groupNodes } from '../../../src/doctor/nodes/node-kinds.ts';
import { healthyNode } from '../../stage/doctor-patient.ts';

type Info = NonNullable<NonNullable<ClusterNode['status']>['nodeInfo']>;

function nodeWith(name: string, info: Partial<Info>, userNamespaces?: boolean): ClusterNode {
  const { status, ...node } = healthyNode(name);
  const runtimeHandlers = userNamespaces === undefined ? [] : [{ name: '', features: { userNamespaces } }];
  return { ...node, status: { ...status, nodeInfo: { ...status!.nodeInfo!, ...info }, runtimeHandlers } };
}

describe('groupNodes', () => {
  it('takes nodes for alike whose patches alone differ, the most first', () => {
    const kinds = groupNodes(
      [
        nodeWith('old', { kernelVersion: '5.15.0-91-generic' }),
        healthyNode('a'),
        nodeWith('b', { kernelVersion: '6.8.12', kubeletVersion: 'v1.36.1' }, true),
      ],
      '',
    );

    expect(
      kinds.map(({ name, nodes, lack }) => [name, nodes.map(({ metadata }) => metadata.name), lack]),
    ).toEqual([
      ['linux/amd64, Linux 6.8, containerd 2.0, kubelet 1.36', ['a', 'b'], null],
      [
        'linux/amd64, Linux 5.15, containerd 2.0, kubelet 1.36',
        ['old'],
        { says: 'too old, mostly: Linux before 6.3', isCertain: false },
      ],
    ]);
  });

  it.each([
    [
      'a runtime that says so',
      {},
      false,
      { says: /^its container runtime says that it has no/, isCertain: true },
    ],
    ['an old kernel whose runtime says that it can', { kernelVersion: '5.14.0-570.el9' }, true, null],
    [
      'an old containerd',
      { containerRuntimeVersion: 'containerd://1.7.27' },
      undefined,
      { says: /^too old, mostly: containerd before 2\.0$/, isCertain: false },
    ],
    ['a new CRI-O', { containerRuntimeVersion: 'cri-o://1.33.2' }, undefined, null],
    [
      'an old kubelet and CRI-O',
      { containerRuntimeVersion: 'cri-o://1.24.0', kubeletVersion: 'v1.29.1' },
      undefined,
      { says: /cri-o before 1\.25, kubelet before 1\.30/, isCertain: false },
    ],
    ['Windows', { operatingSystem: 'windows' }, undefined, { says: /^windows has no user/, isCertain: true }],
    ['a runtime of another name', { containerRuntimeVersion: 'other://0.1' }, undefined, null],
    ['no version at all', { kernelVersion: '' }, undefined, { says: /Linux before 6\.3/, isCertain: false }],
  ] satisfies [string, Partial<Info>, boolean | undefined, { says: RegExp; isCertain: boolean } | null][])(
    'says what %s means',
    (_, info, userNamespaces, lack) => {
      expect(groupNodes([nodeWith('a', info, userNamespaces)], '')[0]?.lack).toEqual(
        lack === null ? null : { ...lack, says: expect.stringMatching(lack.says) as string },
      );
    },
  );

  it('does not ask the default handler about pods of a RuntimeClass', () => {
    expect(groupNodes([nodeWith('a', {}, false)], null)[0]?.lack).toBeNull();
  });
});
