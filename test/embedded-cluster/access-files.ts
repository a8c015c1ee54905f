// The token that the API server accepts, and the files that tell it to clients.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { writeKubeconfig } from './kubeconfig.ts';
import { namespace } from './names.ts';

export interface AccessSettings {
  readonly server: string;
  readonly certificateAuthorityPem: string;
  readonly kubeconfigFile: string;
  readonly tokenFile: string;
  /** Whether the kubeconfig holds the token or names the file. */
  readonly credentials: 'token' | 'token-file';
}

const ownerOnly = 0o600;

export const newToken = (): string => randomBytes(24).toString('base64url');

/** @param tokens the ones that are accepted: always just the newest */
export function publishToken(
  tokens: Set<string>,
  settings: AccessSettings,
): (updateFiles: boolean) => string {
  return (updateFiles) => {
    const token = newToken();
    tokens.clear();
    tokens.add(token);
    if (updateFiles) writeAccess(token, settings);
    return token;
  };
}

function writeAccess(token: string, settings: AccessSettings): void {
  const { server, certificateAuthorityPem, kubeconfigFile, tokenFile, credentials } = settings;
  writeFileSync(tokenFile, token, { mode: ownerOnly });
  writeKubeconfig(kubeconfigFile, {
    server,
    certificateAuthorityPem,
    namespace,
    user: credentials === 'token-file' ? { tokenFile } : { token },
  });
}
