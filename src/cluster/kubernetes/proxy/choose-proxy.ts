// Which proxy stands between us and the API server, as kubectl chooses it: `proxy-url` of the cluster's entry, else HTTPS_PROXY of
// the environment, unless NO_PROXY names the server. Without one, nothing more is loaded.
import { SystemFailure } from '../../../outcome/system-failure.ts';
import type { Connection } from '../../cluster.ts';
import type { ProxyAddress } from './proxy-address.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ChosenProxy extends ProxyAddress {
  /** Who named it: `proxy-url`, or the variable. */
  readonly namedBy: string;
}

/** null: the server is reached directly. @throws SystemFailure for what is no proxy's address */
export async function chooseProxy(
  { server, proxy }: Pick<Connection, 'server' | 'proxy'>,
  env: Environment,
): Promise<ChosenProxy | null> {
  const [namedBy, value] = firstSet(env, ['HTTPS_PROXY', 'https_proxy']);
  if (proxy === undefined && value === '') return null;
  const { bypassesProxy, parseProxyUrl, parseProxyVariable } = await import('./proxy.ts');
  if (proxy !== undefined) {
    const address = parseProxyUrl('url' in proxy ? proxy.url : await readProxyUrl(proxy));
    if (address === null) throw unusable('`proxy-url` of the kubeconfig');
    return { ...address, namedBy: 'proxy-url' };
  }
  if (bypassesProxy(new URL(server), firstSet(env, ['NO_PROXY', 'no_proxy'])[1])) return null;
  const address = parseProxyVariable(value);
  if (address === null) throw unusable(`${namedBy} in the runner's environment`);
  return { ...address, namedBy };
}

type InKubeconfig = { readonly file: string; readonly cluster: string };

async function readProxyUrl({ file, cluster }: InKubeconfig): Promise<string> {
  const { entryText, readKubeconfig } = await import('../kubeconfig/kubeconfig.ts');
  const { entry = {} } = (await readKubeconfig([file])).find('cluster', cluster) ?? {};
  return entryText(entry, 'proxy-url');
}

function firstSet(env: Environment, names: readonly string[]): readonly [name: string, value: string] {
  const name = names.find((one) => env[one]);
  return name === undefined ? ['', ''] : [name, env[name] ?? ''];
}

function unusable(what: string): SystemFailure {
  return new SystemFailure('policy-invalid', {
    what: `Cannot use ${what}: it is no address of a proxy.`,
    operator:
      'write http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT, with NAME:PASSWORD@ before HOST where the proxy asks for it.',
  });
}
