// The certificate authorities that vouch for the API server. Node takes an empty text for "the system's authorities", so what holds
// no certificate never gets that far.
import { X509Certificate } from 'node:crypto';
import { SystemFailure } from '../../outcome/system-failure.ts';
import type { Connection } from '../cluster.ts';
import { readCredentialFile } from './credential-file.ts';

const certificateBlock = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * As kubectl does, what is no certificate is passed over, also words around them; Node would stop at the first of it.
 *
 * @returns the certificates in a PEM text; null: there is none
 */
export function findAuthorities(pem: string): string | null {
  const usable = (pem.match(certificateBlock) ?? []).filter(isCertificate);
  return usable.length === 0 ? null : `${usable.join('\n')}\n`;
}

function isCertificate(block: string): boolean {
  try {
    new X509Certificate(block);
    return true;
  } catch {
    return false;
  }
}

/** undefined: the system's. @throws SystemFailure where some are named, and none is there */
export async function readAuthorities({ certificateAuthority }: Connection): Promise<string | undefined> {
  if (certificateAuthority === undefined) return undefined;
  const isInline = 'pem' in certificateAuthority;
  const pem = isInline
    ? certificateAuthority.pem
    : await readCredentialFile(certificateAuthority.file, 'certificate authority');
  const authorities = findAuthorities(pem);
  if (authorities !== null) return authorities;
  throw new SystemFailure(
    'unauthorized',
    `${isInline ? 'The certificate authority of the kubeconfig' : `The certificate authority ${certificateAuthority.file}`} holds no certificate in PEM (-----BEGIN CERTIFICATE-----), so nobody can vouch for the API server.`,
  );
}
