// The network policy by its words: which addresses it lets a job reach. That a network plugin obeys is for a real cluster.
import { readFileSync } from 'node:fs';
import { BlockList, isIPv6 } from 'node:net';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { managedBy } from '../../src/pod/labels.ts';

interface Block {
  readonly cidr: string;
  readonly except?: readonly string[];
}

interface Rule {
  readonly to: readonly { readonly ipBlock?: Block }[];
  readonly ports?: readonly { readonly port: number }[];
}

const policy = parse(readFileSync('config/network-policy.yaml', 'utf8')) as {
  readonly spec: {
    readonly podSelector: unknown;
    readonly policyTypes: string[];
    readonly ingress: unknown[];
    readonly egress: readonly Rule[];
  };
};
const { spec } = policy;

function contains(cidr: string, address: string): boolean {
  const [network = '', bits] = cidr.split('/');
  if (isIPv6(network) !== isIPv6(address)) return false;
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(address, family);
}

function reaches(address: string, port: number): boolean {
  return spec.egress.some(
    ({ to, ports }) =>
      (ports === undefined || ports.some((each) => each.port === port)) &&
      to.some(
        ({ ipBlock }) =>
          ipBlock &&
          contains(ipBlock.cidr, address) &&
          !(ipBlock.except ?? []).some((cidr) => contains(cidr, address)),
      ),
  );
}

test('the network policy selects every pod of ours, and lets nobody in', () => {
  expect(spec.podSelector).toEqual({ matchLabels: managedBy });
  expect(spec.policyTypes).toEqual(['Ingress', 'Egress']);
  expect(spec.ingress).toEqual([]);
});

test.for([
  '1.1.1.1',
  '172.65.251.78',
  '172.15.0.1',
  '172.32.0.1',
  '100.63.0.1',
  '192.0.2.1',
  '2606:4700::1111',
])('a pod under the network policy reaches %s', (address) => {
  expect(reaches(address, 443)).toBe(true);
});

test.for([
  ['169.254.169.254', 'metadata of AWS, Azure, Google and others'],
  ['169.254.170.2', 'credentials of ECS tasks'],
  ['100.100.100.200', 'metadata of Alibaba'],
  ['192.0.0.192', 'metadata of Oracle'],
  ['168.63.129.16', 'the wire server of Azure'],
  ['fd00:ec2::254', 'metadata of AWS'],
  ['fd20:ce::254', 'metadata of Google'],
  ['64:ff9b::a9fe:a9fe', 'metadata through NAT64'],
  ['10.96.0.1', 'the API server by its service'],
  ['10.244.3.7', 'a pod'],
  ['172.18.0.2', 'a node'],
  ['192.168.1.10', 'a machine of the office'],
  ['fe80::1', 'a neighbour'],
] as const)('a pod under the network policy does not reach %s (%s)', ([address]) => {
  expect(reaches(address, 80)).toBe(false);
  expect(reaches(address, 443)).toBe(false);
});

test('a pod under the network policy reaches DNS by port 53 only', () => {
  expect(reaches('169.254.20.10', 53)).toBe(true);
  expect(reaches('169.254.20.10', 80)).toBe(false);
  expect(spec.egress[0]?.to[0]).toMatchObject({ podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } });
});

test('a pod under the network policy reaches the DNS of OpenShift, which listens on port 5353', () => {
  const openShift = spec.egress.find(({ to }) => JSON.stringify(to).includes('openshift-dns'));
  expect(openShift).toEqual({
    to: [
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'openshift-dns' } },
        podSelector: { matchLabels: { 'dns.operator.openshift.io/daemonset-dns': 'default' } },
      },
    ],
    ports: [
      { protocol: 'UDP', port: 5353 },
      { protocol: 'TCP', port: 5353 },
    ],
  });
});
