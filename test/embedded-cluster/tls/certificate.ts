// A certificate authority and a server certificate for loopback, made afresh for each cluster, without openssl.
import { generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  BasicConstraints,
  Certificate,
  Extension,
  Extensions,
  GeneralName,
  id_ce_basicConstraints,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

export interface ServerIdentity {
  readonly certificateAuthorityPem: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

const commonName = '2.5.4.3';
const ecdsaWithSha256 = new AlgorithmIdentifier({ algorithm: '1.2.840.10045.4.3.2' });

const oneDay = 24 * 60 * 60 * 1000;
/** Clocks of client and server are the same here; a day covers one that is set back by a suspended machine. */
const validForDays = 365;
/** RFC 5280 allows 20. */
const serialNumberBytes = 16;

/** For localhost and an IPv4 address. @param subject its common name */
export function createServerIdentity(
  now: Date,
  subject = 'embedded-cluster',
  address = '127.0.0.1',
): ServerIdentity {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = `${subject}-ca`;
  const shared = { issuer, signingKey: authority.privateKey, now };
  return {
    certificateAuthorityPem: certificate({
      ...shared,
      subject: issuer,
      publicKey: authority.publicKey,
      extensions: [
        extension(id_ce_basicConstraints, new BasicConstraints({ cA: true })),
        extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign)),
      ],
    }),
    certificatePem: certificate({
      ...shared,
      subject,
      publicKey: server.publicKey,
      extensions: [extension(id_ce_subjectAltName, namesOf(address))],
    }),
    privateKeyPem: server.privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
}

const namesOf = (address: string): SubjectAlternativeName =>
  new SubjectAlternativeName([
    new GeneralName({ dNSName: 'localhost' }),
    new GeneralName({ iPAddress: address }),
  ]);

interface CertificateParts {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly extensions: Extension[];
  readonly now: Date;
}

function certificate({ subject, issuer, publicKey, signingKey, extensions, now }: CertificateParts): string {
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: newSerialNumber(),
    signature: ecdsaWithSha256,
    issuer: name(issuer),
    validity: new Validity({
      notBefore: new Date(now.getTime() - oneDay),
      notAfter: new Date(now.getTime() + validForDays * oneDay),
    }),
    subject: name(subject),
    subjectPublicKeyInfo: AsnConvert.parse(
      publicKey.export({ type: 'spki', format: 'der' }),
      SubjectPublicKeyInfo,
    ),
    extensions: new Extensions(extensions),
  });
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(tbsCertificate)), signingKey);
  const signed = new Certificate({
    tbsCertificate,
    signatureAlgorithm: ecdsaWithSha256,
    signatureValue: new Uint8Array(signature).buffer,
  });
  return new X509Certificate(Buffer.from(AsnConvert.serialize(signed))).toString();
}

/** Positive, and of one length. */
function newSerialNumber(): ArrayBuffer {
  const bytes = new Uint8Array(randomBytes(serialNumberBytes));
  bytes[0] = 0x11;
  return bytes.buffer;
}

const name = (value: string): Name =>
  new Name([
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({ type: commonName, value: new AttributeValue({ utf8String: value }) }),
    ]),
  ]);

const extension = (extnID: string, value: unknown): Extension =>
  new Extension({ extnID, extnValue: new OctetString(AsnConvert.serialize(value)) });
