// Credential plugins (`exec` in a kubeconfig): a program of the operator's that prints a token or certificate.
// Source of the protocol: Kubernetes, "client-go credential plugins", client.authentication.k8s.io/v1.
import { plainLine } from '../../outcome/plain-text.ts';
import { SystemFailure } from '../../outcome/system-failure.ts';
import type { Connection } from '../cluster.ts';
import { type Credentials, checkToken, readAuthorities } from './credentials.ts';
import { asEntry, type Entry, type Found, pathFrom, textOf } from './kubeconfig.ts';

/** Plugins that ask a cloud take a second or two. */
const pluginMilliseconds = 30_000;
/** A credential is renewed this long before it expires, for clocks that differ and requests under way. */
const leewayMilliseconds = 10_000;
const shownCharacters = 500;
const versions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

export interface PluginQuestion {
  /** The `exec` entry. */
  readonly spec: Entry;
  readonly user: Found;
  readonly name: string;
  readonly connection: Connection;
}

/** @throws SystemFailure with the plugin's own words; what it printed on stdout is never shown */
export async function askPlugin(question: PluginQuestion): Promise<Credentials> {
  const { spec } = question;
  if (!versions.includes(textOf(spec, 'apiVersion'))) {
    throw failed(
      question,
      `its apiVersion is "${textOf(spec, 'apiVersion')}", and only ${versions.join(' and ')} are known`,
    );
  }
  if (textOf(spec, 'interactiveMode') === 'Always') {
    throw failed(question, 'it wants to ask a person (`interactiveMode: Always`), and nobody is there');
  }
  return readAnswer(question, await runPlugin(question));
}

async function runPlugin(question: PluginQuestion): Promise<string> {
  const { execa } = await import('execa');
  const { spec, user } = question;
  const command = textOf(spec, 'command');
  const args = Array.isArray(spec['args']) ? spec['args'].map(String) : [];
  // A bare name is looked up in PATH; a relative path is the kubeconfig's.
  const program = command.includes('/') ? pathFrom(user, command) : command;
  const result = await execa(program, args, {
    env: await pluginEnvironment(question),
    stdin: 'ignore',
    timeout: pluginMilliseconds,
    reject: false,
  });
  if (!result.failed) return result.stdout;
  const hint = textOf(spec, 'installHint');
  const why =
    result.code === 'ENOENT'
      ? `there is no such program${hint && `. ${plainLine(hint).slice(0, shownCharacters)}`}`
      : `${result.timedOut ? `it did not end within ${pluginMilliseconds / 1000} s` : `exit code ${result.exitCode ?? 'unknown'}`}: ${plainLine(result.stderr).slice(-shownCharacters)}`;
  throw failed(question, why);
}

async function pluginEnvironment({ spec, connection }: PluginQuestion): Promise<Record<string, string>> {
  const own = (Array.isArray(spec['env']) ? spec['env'] : [])
    .map(asEntry)
    .map((entry) => [textOf(entry, 'name'), textOf(entry, 'value')] as const);
  const cluster = spec['provideClusterInfo'] === true ? { cluster: await clusterInfo(connection) } : {};
  const info = {
    apiVersion: textOf(spec, 'apiVersion'),
    kind: 'ExecCredential',
    spec: { interactive: false, ...cluster },
  };
  return { ...Object.fromEntries(own), KUBERNETES_EXEC_INFO: JSON.stringify(info) };
}

async function clusterInfo(connection: Connection): Promise<Entry> {
  const { server, tlsServerName, skipTlsVerify } = connection;
  const authorities = await readAuthorities(connection);
  return {
    server,
    ...(tlsServerName !== undefined && { 'tls-server-name': tlsServerName }),
    ...(skipTlsVerify && { 'insecure-skip-tls-verify': true }),
    ...(authorities !== undefined && {
      'certificate-authority-data': Buffer.from(authorities).toString('base64'),
    }),
  };
}

function readAnswer(question: PluginQuestion, text: string): Credentials {
  const status = asEntry(parse(question, text)['status']);
  const token = textOf(status, 'token');
  const certificate = textOf(status, 'clientCertificateData');
  const key = textOf(status, 'clientKeyData');
  if (token === '' && (certificate === '' || key === '')) {
    throw failed(question, 'its answer holds neither a token nor a certificate with its key');
  }
  const expiry = Date.parse(textOf(status, 'expirationTimestamp'));
  return {
    ...(token !== '' && { token: checkToken(token, `The token of "${textOf(question.spec, 'command')}"`) }),
    ...(certificate !== '' && key !== '' && { certificate, key }),
    // Without one it is good until the API server says otherwise.
    freshUntil: Number.isNaN(expiry) ? Number.POSITIVE_INFINITY : expiry - leewayMilliseconds,
  };
}

function parse(question: PluginQuestion, text: string): Entry {
  let answer: Entry = {};
  try {
    answer = asEntry(JSON.parse(text));
  } catch {
    // Told below; the answer itself may hold a secret.
  }
  const expected = textOf(question.spec, 'apiVersion');
  if (answer['kind'] === 'ExecCredential' && answer['apiVersion'] === expected) return answer;
  throw failed(question, `its answer is no ExecCredential of ${expected}`);
}

function failed({ spec, user, name }: PluginQuestion, why: string): SystemFailure {
  const reason = /[.!?]$/.test(why) ? why : `${why}.`;
  return new SystemFailure(
    'unauthorized',
    `The credential plugin "${textOf(spec, 'command')}" of user "${name}" in ${user.file} failed: ${reason} ` +
      `Try \`kubectl --kubeconfig ${user.file} version\` as the user that GitLab Runner runs as.`,
  );
}
