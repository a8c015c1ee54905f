// The kubeconfig of the embedded cluster, as JSON (which is YAML), readable by its owner only.
import { chmodSync, renameSync, writeFileSync } from 'node:fs';

export interface KubeconfigContent {
  readonly server: string;
  readonly certificateAuthorityPem: string;
  readonly namespace: string;
  /** A user's entry: a token, a file, a credential plugin. */
  readonly user: Readonly<Record<string, unknown>>;
  /** The name in the certificate, where `server` has another. */
  readonly tlsServerName?: string;
}

const ownerOnly = 0o600;

/** Replaces the file in one step: a reader never sees half of it. */
export function writeKubeconfig(
  file: string,
  { server, certificateAuthorityPem, namespace, user, tlsServerName }: KubeconfigContent,
): void {
  const name = 'embedded';
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: {
          server,
          ...(tlsServerName !== undefined && { 'tls-server-name': tlsServerName }),
          'certificate-authority-data': Buffer.from(certificateAuthorityPem).toString('base64'),
        },
      },
    ],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    'current-context': name,
  };
  const fresh = `${file}.new`;
  writeFileSync(fresh, `${JSON.stringify(content, null, 2)}\n`, { mode: ownerOnly });
  chmodSync(fresh, ownerOnly);
  renameSync(fresh, file);
}
