// A client certificate and its key, checked before TLS sees them: Node takes an empty one for none, and would go on as nobody.
import { createSecureContext } from 'node:tls';
import { SystemFailure } from '../../../outcome/system-failure.ts';
import { plainLine } from '../../../text/plain-text.ts';

export interface ClientCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** @param where for people: "The client certificate in /etc/kubeconfig". @throws SystemFailure when TLS cannot use the two */
export function checkClientCertificate(pair: ClientCertificate, where: string): ClientCertificate {
  try {
    // As lists: an empty text in one is a fault, alone it would be none.
    createSecureContext({ cert: [pair.certificate], key: [pair.key] });
    return pair;
  } catch (cause) {
    // No `cause`: OpenSSL's words hold no key, but nobody promises that.
    throw new SystemFailure('unauthorized', {
      what: `${where} cannot be used: ${explain(cause)}.`,
      why: 'A certificate and its own key are needed, both in PEM and without a passphrase.',
    });
  }
}

function explain(error: unknown): string {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH') return 'its key belongs to another certificate';
  return plainLine(code ?? message ?? 'unknown');
}
