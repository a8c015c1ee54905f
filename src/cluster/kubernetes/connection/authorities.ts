// The certificate authorities that vouch for the API server. Node takes an empty text for "the system's authorities", so what holds
// no certificate never gets that far.
import { X509Certificate } from 'node:crypto';
import { SystemFailure } from '../../../outcome/system-failure.ts';
import type { Connection } from '../../cluster.ts';
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
export async function readAuthorities(connection: Connection): Promise<string | undefined> {
  const pem = await readAuthorityText(connection);
  if (pem === undefined) return undefined;
  const authorities = findAuthorities(pem);
  if (authorities !== null) return authorities;
  const { certificateAuthority = { pem } } = connection;
  throw new SystemFailure('unauthorized', {
    what: `The certificate authority ${'file' in certificateAuthority ? certificateAuthority.file : 'of the kubeconfig'} holds no certificate in PEM (-----BEGIN CERTIFICATE-----), so nobody can vouch for the API server.`,
  });
}

/** As it was written, words around certificates included. undefined: none is named. */
export async function readAuthorityText({ certificateAuthority }: Connection): Promise<string | undefined> {
  if (certificateAuthority === undefined || 'pem' in certificateAuthority) return certificateAuthority?.pem;
  return readCredentialFile(certificateAuthority.file, 'certificate authority');
}
