import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { openAddress, openDns } from '../../../src/doctor/network/network-rules.ts';

describe('openDns', () => {
  it('opens the DNS of most clusters where nothing else is known', () => {
    expect(parse(openDns(null).code ?? '')).toEqual([
      {
        to: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
            podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
          },
        ],
        ports: [
          { protocol: 'UDP', port: 53 },
          { protocol: 'TCP', port: 53 },
        ],
      },
    ]);
  });

  it('opens the port of the pods that answer', () => {
    const rule = openDns({ namespace: 'openshift-dns', label: ['dns', 'default'], port: 5353 }).code;
    expect(rule).toContain('kubernetes.io/metadata.name: openshift-dns');
    expect(rule).toContain('{ dns: default }');
    expect(rule?.match(/port: 5353/g)).toHaveLength(2);
  });
});

describe('openAddress', () => {
  const ruleFor = (url: string, addresses: readonly string[]): unknown =>
    parse(openAddress(new URL(url), addresses).code ?? '');

  it('opens each address of GitLab alone, on the port of its URL', () => {
    expect(ruleFor('https://gitlab.example.org', ['10.1.2.3', 'fd00::5'])).toEqual([
      {
        to: [{ ipBlock: { cidr: '10.1.2.3/32' } }, { ipBlock: { cidr: 'fd00::5/128' } }],
        ports: [{ protocol: 'TCP', port: 443 }],
      },
    ]);
  });

  it.each([
    ['http://gitlab.example.org', 80],
    ['https://gitlab.example.org:8443', 8443],
  ])('takes the port of %s', (url, port) => {
    expect(ruleFor(url, ['10.1.2.3'])).toMatchObject([{ ports: [{ port }] }]);
  });

  it('leaves a place for an address that nobody knows', () => {
    expect(openAddress(new URL('https://gitlab.example.org'), []).code).toContain('ADDRESS-OF-GITLAB');
  });
});
