// Addresses that no name of an image may lead the runner's machine to: names are the author's to choose, and to a node, which pulls,
// they mean another machine, or the node's own metadata. A registry that the operator names in the policy may be anywhere.

import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { RegistryFailure } from '../registry-failure.ts';

const forbidden = new BlockList();
// "This host", loopback, and link-local, where clouds keep the credentials of a machine.
forbidden.addSubnet('0.0.0.0', 8, 'ipv4');
forbidden.addSubnet('127.0.0.0', 8, 'ipv4');
forbidden.addSubnet('169.254.0.0', 16, 'ipv4');
forbidden.addAddress('::', 'ipv6');
forbidden.addAddress('::1', 'ipv6');
forbidden.addSubnet('fe80::', 10, 'ipv6');
// Where AWS has the same by IPv6.
forbidden.addSubnet('fd00:ec2::', 32, 'ipv6');

/** @param host of a URL; an IPv6 address may have its brackets */
export function isForbiddenHost(host: string): boolean {
  const bare = host.toLowerCase().replace(/^\[|\]$/g, '');
  return bare === 'localhost' || bare.endsWith('.localhost') || isForbiddenAddress(bare);
}

function isForbiddenAddress(address: string): boolean {
  const family = isIP(address);
  // An IPv4 address in IPv6's clothes is found by the rules for IPv4.
  return family !== 0 && forbidden.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** Looked at when a connection is made, so that no second answer of a DNS server leads elsewhere. */
export const guardedLookup: LookupFunction = (host, options, callback) => {
  lookup(host, { ...options, all: true }, (error, found) => {
    const isBad = error === null && found.some(({ address }) => isForbiddenAddress(address));
    const first = error === null ? found[0] : undefined;
    if (error !== null || isBad) callback(error ?? forbiddenHost(host), '', 0);
    else if (options.all === true) callback(null, found);
    else callback(null, first?.address ?? '', first?.family);
  });
};

export const forbiddenHost = (host: string): RegistryFailure =>
  new RegistryFailure(
    'forbidden-host',
    `${host} is an address of the runner's own machine or network segment`,
  );
