import { describe, expect, it } from 'vitest';
import { checkClientCertificate } from '../../../../src/cluster/kubernetes/connection/client-certificate.ts';
import { createServerIdentity } from '../../../embedded-cluster/tls/certificate.ts';

const { certificatePem: certificate, privateKeyPem: key } = createServerIdentity(new Date());
const other = createServerIdentity(new Date()).privateKeyPem;

describe('checkClientCertificate', () => {
  it('takes a certificate with its key', () => {
    expect(checkClientCertificate({ certificate, key }, 'It')).toEqual({ certificate, key });
  });

  // @promise setting: a token, certificate or authority file is empty or cut, as while it is replaced
  it.each<[string, string, string, string]>([
    ['an empty one, which TLS would take for none', '', '', 'NO_START_LINE'],
    ['an empty certificate', '', key, 'NO_START_LINE'],
    ['an empty key', certificate, '', 'ERR_OSSL'],
    ['words', 'hello', key, 'NO_START_LINE'],
    ["another certificate's key", certificate, other, 'its key belongs to another certificate'],
  ])('refuses %s', (_, certificatePem, keyPem, why) => {
    const check = () => checkClientCertificate({ certificate: certificatePem, key: keyPem }, 'The one in /f');

    expect(check).toThrow(why);
    expect(check).toThrow(/^The one in \/f cannot be used: .* in PEM and without a passphrase\.$/);
  });
});
