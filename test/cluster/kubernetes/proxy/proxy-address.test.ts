import { describe, expect, it } from 'vitest';
import { parseProxyUrl, parseProxyVariable } from '../../../../src/cluster/kubernetes/proxy/proxy-address.ts';

describe("a proxy's address", () => {
  it('a proxy is shown without its name and password', () => {
    expect(parseProxyUrl('http://anna:secret@proxy.example:3128/')?.shown).toBe('http://proxy.example:3128');
    expect(parseProxyUrl('socks5://proxy.example')?.shown).toBe('socks5://proxy.example');
  });

  it.each(['', 'proxy:3128', 'ftp://proxy', 'http://', 'http://%zz@proxy', 'socks4://proxy'])(
    'a kubeconfig cannot name the proxy %j',
    (text) => {
      expect(parseProxyUrl(text)).toBeNull();
    },
  );

  it('the environment may leave http:// out', () => {
    expect(parseProxyVariable('proxy:3128')?.shown).toBe('http://proxy:3128');
    expect(parseProxyVariable('anna:secret@proxy:3128')?.shown).toBe('http://proxy:3128');
    expect(parseProxyVariable('socks5h://proxy:1080')?.shown).toBe('socks5://proxy:1080');
    expect(parseProxyVariable('ftp://proxy')).toBeNull();
  });
});
