// Rules for a network policy whose pods cannot get out: each allows one thing more, to stand below `egress`.
import { isIP } from 'node:net';
import type { Remedy } from '../doctor-finding.ts';

/** What looks names up in a cluster. */
export interface DnsPods {
  readonly namespace: string;
  readonly label: readonly [key: string, value: string];
  /** Of the pods, not of their service: that is what a rule counts for. */
  readonly port: number;
}

const usualDns: DnsPods = { namespace: 'kube-system', label: ['k8s-app', 'kube-dns'], port: 53 };

/** @param pods null: where nearly every cluster has them */
export function openDns(pods: DnsPods | null): Remedy {
  const {
    namespace,
    label: [key, value],
    port,
  } = pods ?? usualDns;
  return {
    text: "If the name is spelled right and a network policy is in force, let jobs ask the cluster's DNS, as config/network-policy.yaml does. Below `egress`:",
    code: [
      '- to:',
      '    - namespaceSelector:',
      `        matchLabels: { kubernetes.io/metadata.name: ${namespace} }`,
      '      podSelector:',
      `        matchLabels: { ${key}: ${value} }`,
      '  ports:',
      `    - { protocol: UDP, port: ${port} }`,
      `    - { protocol: TCP, port: ${port} }`,
    ].join('\n'),
  };
}

/** Rules only add up: what one excludes, another may allow. @param addresses none: they are not known */
export function openAddress({ protocol, port }: URL, addresses: readonly string[]): Remedy {
  const prefix = (address: string): number => (isIP(address) === 6 ? 128 : 32);
  const known = addresses.length === 0 ? ['ADDRESS-OF-GITLAB'] : addresses;
  return {
    text: 'If a network policy like config/network-policy.yaml is in force, an address in a private range needs a rule of its own. Below `egress`:',
    code: [
      '- to:',
      ...known.map((address) => `    - ipBlock: { cidr: ${address}/${prefix(address)} }`),
      '  ports:',
      `    - { protocol: TCP, port: ${port || (protocol === 'https:' ? '443' : '80')} }`,
    ].join('\n'),
  };
}
