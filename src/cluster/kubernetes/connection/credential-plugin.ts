// Credential plugins (`exec` in a kubeconfig): a program of the operator's that prints a token or certificate.
// Source of the protocol: Kubernetes, "client-go credential plugins", client.authentication.k8s.io/v1.
import { SystemFailure } from '../../../outcome/system-failure.ts';
import type { Connection } from '../../cluster.ts';
import { findShapeFaults } from '../kubeconfig/find-shape-faults.ts';
import {
  asEntry,
  type Entry,
  entryText,
  type KubeconfigEntry,
  pathFrom,
  readKubeconfig,
} from '../kubeconfig/kubeconfig.ts';
import { pluginAnswerShape } from '../kubeconfig/kubeconfig-shape.ts';
import { parseDocument } from '../kubeconfig/parse-document.ts';
import type { Environment } from '../proxy/choose-proxy.ts';
import { readAuthorityText } from './authorities.ts';
import { checkClientCertificate } from './client-certificate.ts';
import { type Credentials, checkToken } from './credentials.ts';
import { runPlugin } from './run-plugin.ts';
import { runnerEnvironment } from './runner-environment.ts';

/** A credential is renewed this long before it expires, for clocks that differ and requests under way. */
const leewayMilliseconds = 10_000;

export interface PluginQuestion {
  /** Has an `exec` entry without faults. */
  readonly user: KubeconfigEntry;
  readonly name: string;
  readonly connection: Connection;
  /** The runner's. */
  readonly env: Environment;
}

/** @throws SystemFailure with the plugin's own words; what it printed on stdout is never shown */
export async function askPlugin({ user, name, connection, env }: PluginQuestion): Promise<Credentials> {
  const spec = asEntry(user.entry['exec']);
  const command = entryText(spec, 'command');
  const apiVersion = entryText(spec, 'apiVersion');
  const failed = (why: string): SystemFailure => pluginFailure(command, name, user.file, why);
  const ended = await runPlugin({
    // A bare name is looked up in PATH; a relative path is the kubeconfig's.
    program: command.includes('/') ? pathFrom(user, command) : command,
    args: textsOf(spec['args']),
    // A stage stands in a directory of its job, which is gone when a resident asks again.
    cwd: pathFrom(user, '.'),
    env: { ...runnerEnvironment(env), ...(await pluginEnvironment(spec, connection)) },
    installHint: entryText(spec, 'installHint'),
  });
  if (ended.kind === 'failed') throw failed(ended.why);
  const status = await readStatus(ended.stdout, apiVersion);
  if (status === null) throw failed(`its answer is no ExecCredential of ${apiVersion}`);
  return credentialsIn(status, `"${command}"`, failed);
}

function pluginFailure(command: string, user: string, file: string, why: string): SystemFailure {
  const reason = /[.!?]$/.test(why) ? why : `${why}.`;
  return new SystemFailure('unauthorized', {
    what: `The credential plugin "${command}" of user "${user}" in ${file} failed: ${reason}`,
    operator: `try \`kubectl --kubeconfig ${file} version\` as the user that GitLab Runner runs as.`,
  });
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map((one) => (typeof one === 'string' ? one : '')) : [];
}

async function pluginEnvironment(spec: Entry, connection: Connection): Promise<Record<string, string>> {
  const own = (Array.isArray(spec['env']) ? spec['env'] : [])
    .map(asEntry)
    .map((entry) => [entryText(entry, 'name'), entryText(entry, 'value')] as const);
  const cluster = spec['provideClusterInfo'] === true ? { cluster: await clusterInfo(connection) } : {};
  const info = {
    apiVersion: entryText(spec, 'apiVersion'),
    kind: 'ExecCredential',
    spec: { interactive: false, ...cluster },
  };
  return { ...Object.fromEntries(own), KUBERNETES_EXEC_INFO: JSON.stringify(info) };
}

/** All that kubectl tells, so that a plugin cannot tell us from it. */
async function clusterInfo(connection: Connection): Promise<Entry> {
  const { server, tlsServerName, skipTlsVerify } = connection;
  const authorities = await readAuthorityText(connection);
  const entry = await clusterEntry(connection);
  return {
    server,
    ...(tlsServerName !== undefined && { 'tls-server-name': tlsServerName }),
    ...(skipTlsVerify && { 'insecure-skip-tls-verify': true }),
    ...(authorities !== undefined && {
      'certificate-authority-data': Buffer.from(authorities).toString('base64'),
    }),
    ...(entryText(entry, 'proxy-url') !== '' && { 'proxy-url': entryText(entry, 'proxy-url') }),
    ...(entry['disable-compression'] === true && { 'disable-compression': true }),
    config: pluginExtension(entry),
  };
}

async function clusterEntry({ credentials }: Connection): Promise<Entry> {
  if (credentials.kind !== 'kubeconfig' || credentials.cluster === undefined) return {};
  const { file, name } = credentials.cluster;
  return (await readKubeconfig([file])).find('cluster', name)?.entry ?? {};
}

/** What the cluster's entry says to plugins, under a name that is reserved for it. null, as from kubectl, when it is absent. */
function pluginExtension({ extensions }: Entry): unknown {
  const list = Array.isArray(extensions) ? extensions.map(asEntry) : [];
  return (
    list.find((one) => entryText(one, 'name') === 'client.authentication.k8s.io/exec')?.['extension'] ?? null
  );
}

/** null: no answer of this protocol. It may be YAML, as kubectl takes it. */
async function readStatus(text: string, apiVersion: string): Promise<Entry | null> {
  const parsed = await parseDocument(text);
  if (parsed.kind === 'fault' || findShapeFaults(parsed.value, pluginAnswerShape).length > 0) return null;
  const answer = asEntry(parsed.value);
  const isOurs = answer['kind'] === 'ExecCredential' && answer['apiVersion'] === apiVersion;
  return isOurs ? asEntry(answer['status']) : null;
}

/** RFC 3339, section 5.6. */
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function credentialsIn(status: Entry, plugin: string, failed: (why: string) => SystemFailure): Credentials {
  const token = entryText(status, 'token');
  const certificate = entryText(status, 'clientCertificateData');
  const key = entryText(status, 'clientKeyData');
  if (token === '' && certificate === '' && key === '')
    throw failed('its answer holds neither a token nor a certificate with its key');
  if ((certificate === '') !== (key === ''))
    throw failed('its answer holds a certificate without its key, or a key alone');
  const expiry = entryText(status, 'expirationTimestamp');
  if (expiry !== '' && !(timestamp.test(expiry) && Number.isFinite(Date.parse(expiry))))
    throw failed('the `expirationTimestamp` of its answer is no time of RFC 3339');
  return {
    ...(token !== '' && { token: checkToken(token, `The token of ${plugin}`) }),
    ...(certificate !== '' && checkClientCertificate({ certificate, key }, `The certificate of ${plugin}`)),
    // Without one it is good until the API server says otherwise.
    freshUntil: expiry === '' ? Number.POSITIVE_INFINITY : Date.parse(expiry) - leewayMilliseconds,
  };
}
