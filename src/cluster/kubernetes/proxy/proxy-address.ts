// Where a proxy is. Its URL may hold a name and a password, so people only ever see the address without them.

const protocols = ['http:', 'https:', 'socks5:'];
/** What Go takes for the same in the environment: the proxy looks the name up in both. */
const socksAlias = 'socks5h:';

export interface ProxyAddress {
  readonly url: URL;
  /** Without a name and a password. */
  readonly shown: string;
}

/** `proxy-url` of a kubeconfig. null: none that kubectl takes */
export function parseProxyUrl(text: string): ProxyAddress | null {
  const url = URL.parse(text);
  if (url === null || url.hostname === '' || !protocols.includes(url.protocol)) return null;
  if (!isDecodable(url.username + url.password)) return null;
  return { url, shown: `${url.protocol}//${url.host}` };
}

/** A variable of the environment, where `http://` may be left out. null: no proxy's address */
export function parseProxyVariable(text: string): ProxyAddress | null {
  const url = URL.parse(text);
  if (url?.protocol === socksAlias) return parseProxyUrl(text.replace(/^socks5h/i, 'socks5'));
  return parseProxyUrl(text) ?? (text.includes('://') ? null : parseProxyUrl(`http://${text}`));
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
