import { describe, expect, it } from 'vitest';
import { bypassesProxy } from '../../../../src/cluster/kubernetes/proxy/no-proxy.ts';

const isDirect = (server: string, list: string): boolean => bypassesProxy(new URL(`https://${server}`), list);

describe('NO_PROXY', () => {
  it.each([
    ['api.example.com:6443', 'example.com'],
    ['api.example.com:6443', 'API.Example.com'],
    ['api.example.com:6443', '.example.com'],
    ['api.example.com:6443', '*.example.com'],
    ['api.example.com:6443', 'other, example.com ,'],
    ['api.example.com:6443', 'example.com:6443'],
    ['api.example.com', 'example.com:443'],
    ['api.example.com', '*'],
    ['10.1.2.3:6443', '10.0.0.0/8'],
    ['10.1.2.3:6443', '10.1.2.3'],
    ['10.1.2.3:6443', '10.1.2.3:6443'],
    ['[fd00::1]:6443', 'fd00::/8'],
    ['[fd00::1]:6443', 'fd00:0::1'],
    ['[fd00::1]:6443', '[fd00::1]:6443'],
  ])('lets %s be reached directly by "%s"', (server, list) => {
    expect(isDirect(server, list)).toBe(true);
  });

  it.each([
    ['api.example.com:6443', ''],
    ['example.com:6443', '.example.com'],
    ['example.com:6443', '*.example.com'],
    ['badexample.com:6443', 'example.com'],
    ['api.example.com:6443', 'example.com:443'],
    ['api.example.com:6443', 'example'],
    ['api.example.com:6443', ':6443'],
    ['11.1.2.3:6443', '10.0.0.0/8'],
    ['10.1.2.3:6443', '10.1.2.3:443'],
    ['10.1.2.3:6443', '10.0.0.0/33'],
    ['10.1.2.3:6443', '10.1.2'],
    ['[fd00::1]:6443', '10.0.0.0/8'],
    ['10.1.2.3:6443', '::/0'],
  ])('leaves %s to the proxy with "%s"', (server, list) => {
    expect(isDirect(server, list)).toBe(false);
  });

  it.each(['localhost:6443', '127.0.0.1', '127.9.9.9:6443', '[::1]:6443'])(
    'never has a proxy for %s',
    (server) => {
      expect(isDirect(server, '')).toBe(true);
    },
  );
});
