// A bundle of its own: what is loaded only where a proxy is set. None of our failures are thrown here, so that `instanceof` knows them.
export { bypassesProxy } from './no-proxy.ts';
export { parseProxyUrl, parseProxyVariable } from './proxy-address.ts';
export { TunnelAgent } from './tunnel-agent.ts';
