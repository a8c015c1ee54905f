// Where the cluster is, how we authenticate there, and whether it is new enough.
import type { Cluster, Connection, ServerVersion } from '../cluster/cluster.ts';
import { promisedSince } from '../plan/namespace-proof.ts';
import { plainLine } from '../text/plain-text.ts';
import { ask, foundOf, type Refused, remediesOf } from './call.ts';
import { type DoctorFinding, fail, ok, warn } from './doctor-finding.ts';

const { minor: promisingMinor } = promisedSince;
/** The first with exec over WebSocket v5 switched on (KEP-4006), and whose kubelets refuse a pod that they cannot give a user namespace. */
const oldestMinor = 30;

/** The proxy before the API server: its address without a password, and what named it. */
export interface ProxyFacts {
  readonly shown: string;
  readonly namedBy: string;
}

/** Names files and users, never a token, a key or a password. @param proxy null: the server is reached directly */
export function describeConnection(
  { server, namespace, skipTlsVerify, credentials }: Connection,
  proxy: ProxyFacts | null,
): DoctorFinding {
  const check = 'connection';
  const way = proxy === null ? '' : ` through the proxy ${plainLine(proxy.shown)} (${proxy.namedBy})`;
  const found = `${plainLine(server)}${way}, namespace ${namespace}, ${describeCredentials(credentials)}`;
  if (!skipTlsVerify) return ok(check, found);
  return warn(
    check,
    `${found}; the server's certificate is not verified: whoever is in between reads tokens and scripts`,
    {
      text: 'In the kubeconfig, replace `insecure-skip-tls-verify: true` by the certificate authority:',
      code: 'certificate-authority: /path/to/ca.crt',
    },
  );
}

function describeCredentials(credentials: Connection['credentials']): string {
  switch (credentials.kind) {
    case 'none':
      return 'without credentials';
    case 'token-file':
      return `with the token in ${plainLine(credentials.file)}`;
    case 'certificate-files':
      return `with the certificate ${plainLine(credentials.certificate)}`;
    case 'kubeconfig':
      return `as user ${plainLine(credentials.user)} of ${plainLine(credentials.file)}`;
  }
}

/** The first call of all: a failure here (`version` null) is of the network, or of the credentials, and nothing else can be asked. */
export async function checkServer(
  cluster: Cluster,
  signal: AbortSignal,
): Promise<{ readonly finding: DoctorFinding; readonly version: ServerVersion | null }> {
  const result = await ask((limit) => cluster.serverVersion({ signal: limit }), signal);
  if ('answer' in result) return { finding: evaluateVersion(result.answer), version: result.answer };
  return { finding: explainSilence(result.refused), version: null };
}

function explainSilence(refused: Refused): DoctorFinding {
  return fail('API server', foundOf(refused), ...remediesOf(refused), {
    text: "On the runner's machine, as the runner's user and with the same kubeconfig, this must answer:",
    code: 'kubectl version',
  });
}

function evaluateVersion({ major, minor, gitVersion }: ServerVersion): DoctorFinding {
  const check = 'API server';
  const version = `Kubernetes ${plainLine(gitVersion)}`;
  const isSince = (since: number): boolean => major > 1 || minor >= since;
  if (isSince(promisingMinor)) return ok(check, version);
  if (isSince(oldestMinor)) {
    return warn(
      check,
      `${version}: before 1.${promisingMinor} user namespaces are off unless the cluster switches them on, and a job with services starts up to a second later, because an init container must prove its user namespace first`,
      {
        text: `Upgrade to 1.${promisingMinor} or newer. Until then, switch this on for the API server and every kubelet, and run doctor --probe:`,
        code: '--feature-gates=UserNamespacesSupport=true',
      },
    );
  }
  return fail(
    check,
    `${version} is older than 1.${oldestMinor}: exec over WebSocket v5 is not switched on there, and a kubelet may run a pod without the user namespace that it asks for`,
    { text: `Upgrade the cluster to 1.${oldestMinor} at least; 1.${promisingMinor} and newer are better.` },
  );
}
