// From a kubeconfig's context to a connection. It names files and plugins; tokens and keys stay where they are.

import { SystemFailure } from '../../../outcome/system-failure.ts';
import { plainLine } from '../../../text/plain-text.ts';
import type { Connection } from '../../cluster.ts';
import { findAuthorities } from '../connection/authorities.ts';
import { parseProxyUrl } from '../proxy/proxy-address.ts';
import {
  asEntry,
  type Entry,
  entryText,
  type Kubeconfig,
  type KubeconfigEntry,
  pathFrom,
  readKubeconfig,
} from './kubeconfig.ts';
import { asksPlugin, certificateFields, findUserFaults, isFilled } from './kubeconfig-user.ts';

export interface ContextOptions {
  readonly namespace: string;
  /** Absent: the current one. */
  readonly context?: string;
}

/** @param files absolute paths, as KUBECONFIG lists them. @throws SystemFailure with all that is wrong with the entries in question */
export async function connectionFromKubeconfig(
  files: readonly string[],
  options: ContextOptions,
): Promise<Connection> {
  const config = await readKubeconfig(files);
  const source = files.join(':');
  const name = options.context ?? config.currentContext;
  const context = config.find('context', name);
  if (context === null) throw unusable(source, [missingContext(name, config)]);
  const named = { cluster: entryText(context.entry, 'cluster'), user: entryText(context.entry, 'user') };
  const cluster = config.find('cluster', named.cluster);
  if (cluster === null) throw unusable(source, [missing('cluster', named.cluster, name)]);
  // A name may be empty, and then an entry without one is meant, if there is one.
  const user = config.find('user', named.user);
  if (named.user !== '' && user === null) throw unusable(source, [missing('user', named.user, name)]);
  const faults = [
    ...findClusterFaults(cluster.entry).map((fault) => `cluster "${named.cluster}" ${fault}`),
    ...findUserFaults(user?.entry ?? {}).map((fault) => `user "${named.user}" ${fault}`),
  ];
  if (faults.length > 0) throw unusable(source, faults);
  return {
    ...connectionTo(cluster, named.cluster),
    namespace: options.namespace,
    credentials: user === null ? { kind: 'none' } : credentialsOf(user, named, cluster),
  };
}

function missing(kind: 'cluster' | 'user', name: string, context: string): string {
  return `context "${context}" names the ${kind} "${name}", which is not in it`;
}

function missingContext(name: string, { contextNames }: Kubeconfig): string {
  if (contextNames.length === 0) return 'it has no contexts. Is it the right file?';
  const known = `it has ${contextNames.map((one) => `"${one}"`).join(', ')}`;
  return name === ''
    ? `it has no current context; ${known}. Set \`cluster.context\` in the policy`
    : `it has no context "${name}"; ${known}. Correct \`cluster.context\` in the policy`;
}

/** Clauses after the cluster's name. */
function findClusterFaults(entry: Entry): readonly string[] {
  const faults = serverFaults(entryText(entry, 'server'));
  const proxy = entryText(entry, 'proxy-url');
  // Not quoted: it may hold a password.
  if (proxy !== '' && parseProxyUrl(proxy) === null)
    faults.push('has an invalid `proxy-url`: write http://, https:// or socks5://, a host and a port');
  const data = entryText(entry, 'certificate-authority-data');
  const file = entryText(entry, 'certificate-authority');
  if (data !== '' && file !== '')
    faults.push('has both `certificate-authority` and `certificate-authority-data`: leave one of them out');
  if (entry['insecure-skip-tls-verify'] === true && data + file !== '')
    faults.push(
      'has a certificate authority and `insecure-skip-tls-verify`, which would pass it over: leave one of them out',
    );
  if (data !== '' && findAuthorities(decode(data)) === null)
    faults.push(
      'has a `certificate-authority-data` that holds no certificate: it must be base64 of PEM (-----BEGIN CERTIFICATE-----)',
    );
  return faults;
}

function serverFaults(server: string): string[] {
  const url = URL.parse(server);
  if (url === null || !/^https:\/\//i.test(server))
    return [
      `has the server "${plainLine(server)}". Only https:// addresses work: a token must not travel in clear`,
    ];
  // It would be sent as a password, and stand in our own messages.
  return url.username + url.password === ''
    ? []
    : ['has a server with a name or password in its address: leave them out'];
}

function connectionTo(cluster: KubeconfigEntry, name: string): Omit<Connection, 'namespace' | 'credentials'> {
  const { entry } = cluster;
  const tlsServerName = entryText(entry, 'tls-server-name');
  const data = entryText(entry, 'certificate-authority-data');
  const file = entryText(entry, 'certificate-authority');
  return {
    server: entryText(entry, 'server'),
    ...(tlsServerName !== '' && { tlsServerName }),
    ...(entry['insecure-skip-tls-verify'] === true && { skipTlsVerify: true }),
    ...(data !== '' && { certificateAuthority: { pem: decode(data) } }),
    ...(file !== '' && { certificateAuthority: { file: pathFrom(cluster, file) } }),
    ...proxyOf(cluster, name),
  };
}

/** A password stays where it is. */
function proxyOf({ entry, file }: KubeconfigEntry, cluster: string): Pick<Connection, 'proxy'> {
  const written = entryText(entry, 'proxy-url');
  const proxy = parseProxyUrl(written);
  if (proxy === null) return {};
  return { proxy: proxy.url.username + proxy.url.password === '' ? { url: written } : { file, cluster } };
}

const decode = (base64: string): string => Buffer.from(base64, 'base64').toString();

const inlineFields = ['client-certificate-data', 'client-key-data'] as const;

/** What is just files is named; all else is read from the kubeconfig again by each process. */
function credentialsOf(
  user: KubeconfigEntry,
  named: { readonly cluster: string; readonly user: string },
  cluster: KubeconfigEntry,
): Connection['credentials'] {
  const { entry } = user;
  const inKubeconfig = { kind: 'kubeconfig', file: user.file, user: named.user } as const;
  if (asksPlugin(entry)) {
    const providesClusterInfo = asEntry(entry['exec'])['provideClusterInfo'] === true;
    return providesClusterInfo
      ? { ...inKubeconfig, cluster: { file: cluster.file, name: named.cluster } }
      : inKubeconfig;
  }
  const tokenFile = entryText(entry, 'tokenFile');
  const hasCertificate = certificateFields.some((key) => isFilled(entry[key]));
  const hasToken = tokenFile !== '' || isFilled(entry['token']);
  if (!hasToken && !hasCertificate) return { kind: 'none' };
  if (tokenFile !== '' && !hasCertificate) return { kind: 'token-file', file: pathFrom(user, tokenFile) };
  if (hasToken || inlineFields.some((key) => isFilled(entry[key]))) return inKubeconfig;
  return {
    kind: 'certificate-files',
    certificate: pathFrom(user, entryText(entry, 'client-certificate')),
    key: pathFrom(user, entryText(entry, 'client-key')),
  };
}

function unusable(source: string, faults: readonly string[]): SystemFailure {
  const why = faults.join('; ');
  return new SystemFailure('policy-invalid', {
    what: `Cannot use the kubeconfig ${source}: ${why}${/[.!?]$/.test(why) ? '' : '.'}`,
  });
}
