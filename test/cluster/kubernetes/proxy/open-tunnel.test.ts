import { describe, expect, it } from 'vitest';
import { openTunnel, ProxyFailure } from '../../../../src/cluster/kubernetes/proxy/open-tunnel.ts';
import { parseProxyUrl } from '../../../../src/cluster/kubernetes/proxy/proxy-address.ts';
import { startProxy } from '../proxy-server.ts';
import { undoAfterEach } from '../undo.ts';

const undo = undoAfterEach();

async function tunnelThrough(status: string, host: string): Promise<{ asked: string[]; failure: unknown }> {
  const proxy = await startProxy({ targetPort: 1, status });
  undo(() => proxy.close());
  const failure = await openTunnel({
    proxy: parseProxyUrl(`http://anna:secret@127.0.0.1:${proxy.port}`)!,
    host,
    port: 6443,
    milliseconds: 5000,
    signal: new AbortController().signal,
  }).catch((error: unknown) => error);
  return { asked: proxy.asked, failure };
}

describe('openTunnel', () => {
  it('shows the code of a refusal, and none of the text that a proxy sends with it', async () => {
    const { failure } = await tunnelThrough('407 secret \u001b[31m words', 'api.example');
    expect(failure).toBeInstanceOf(ProxyFailure);
    expect(failure).toMatchObject({
      code: 'PROXY_REFUSES',
      message: expect.stringMatching(
        /^the proxy http:\/\/127\.0\.0\.1:\d+ answers CONNECT api\.example:6443 with HTTP 407 Proxy Authentication Required$/,
      ),
    });
  });

  it('takes a redirection for a refusal', async () => {
    const { failure } = await tunnelThrough('302 Found', 'api.example');
    expect(failure).toMatchObject({ code: 'PROXY_REFUSES' });
  });

  it('writes an IPv6 address in brackets', async () => {
    const { asked } = await tunnelThrough('403 Forbidden', 'fd00::1');
    expect(asked).toEqual(['[fd00::1]:6443']);
  });

  it('a tunnel is given up by whoever asked for it', async () => {
    const proxy = await startProxy({ targetPort: 1, stalls: true });
    undo(() => proxy.close());
    const stop = new AbortController();
    const opening = openTunnel({
      proxy: parseProxyUrl(`http://127.0.0.1:${proxy.port}`)!,
      host: 'api.example',
      port: 6443,
      milliseconds: 60_000,
      signal: stop.signal,
    });
    await expect.poll(() => proxy.asked).toHaveLength(1);
    stop.abort();

    await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
  });
});
