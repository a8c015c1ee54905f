// NO_PROXY as kubectl reads it (golang.org/x/net/http/httpproxy): names with their subdomains, addresses, networks, ports.
import { BlockList, isIP } from 'node:net';

interface Target {
  /** In small letters, an IPv6 address without its brackets. */
  readonly host: string;
  readonly port: string;
}

type Match = (target: Target) => boolean;

const loopback = networks(['127.0.0.0/8', '::1/128']);

/** Whether `server` is reached directly. Loopback always is. @param list as in the environment, separated by commas */
export function bypassesProxy(server: URL, list: string): boolean {
  const target = { host: server.hostname.toLowerCase().replace(/^\[|\]$/g, ''), port: server.port || '443' };
  if (target.host === 'localhost' || loopback(target)) return true;
  return list
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')
    .some((entry) => matchOf(entry)(target));
}

function matchOf(entry: string): Match {
  if (entry === '*') return () => true;
  if (/^[^/]+\/\d+$/.test(entry) && isIP(entry.replace(/\/.*$/, '')) !== 0) return networks([entry]);
  const { host, port } = splitPort(entry);
  const isPort: Match = (target) => port === '' || port === target.port;
  if (isIP(host) !== 0) {
    const isAddress = networks([`${host}/${isIP(host) === 4 ? 32 : 128}`]);
    return (target) => isAddress(target) && isPort(target);
  }
  const isHost = domain(host);
  return (target) => isHost(target) && isPort(target);
}

/** `example.com` and `.example.com` take its subdomains; only the first takes the name itself. */
function domain(written: string): Match {
  const name = written.replace(/^\*(?=\.)/, '');
  if (name === '') return () => false;
  if (name.startsWith('.')) return ({ host }) => host.endsWith(name);
  return ({ host }) => host === name || host.endsWith(`.${name}`);
}

/** An IPv6 address has brackets where a port follows. */
function splitPort(entry: string): { readonly host: string; readonly port: string } {
  const {
    host = entry,
    bare = host,
    port = '',
  } = /^(?:\[(?<host>[^\]]*)\]|(?<bare>[^:]*)):(?<port>[^:]*)$/.exec(entry)?.groups ?? {};
  return { host: bare, port };
}

/** @param list addresses with the length of their prefix. One that is too long fits nothing, as in Go. */
function networks(list: readonly string[]): Match {
  // One a family: a list of both takes every IPv4 address for one of ::/0.
  const blocks = { 4: new BlockList(), 6: new BlockList() };
  for (const [address = '', length = ''] of list.map((one) => one.split('/'))) {
    const [block, family, bits] =
      isIP(address) === 4 ? ([blocks[4], 'ipv4', 32] as const) : ([blocks[6], 'ipv6', 128] as const);
    if (Number(length) <= bits) block.addSubnet(address, Number(length), family);
  }
  return ({ host }) => {
    if (isIP(host) === 4) return blocks[4].check(host, 'ipv4');
    return isIP(host) === 6 && blocks[6].check(host, 'ipv6');
  };
}
