// A certificate authority and a server certificate for loopback, made afresh for each cluster, without openssl.
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  der,
  derBitString,
  derBoolean,
  derInteger,
  derObjectIdentifier,
  derSequence,
  derText,
  derTime,
} from './der.ts';

export interface ServerIdentity {
  readonly certificateAuthorityPem: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

const oid = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
} as const;

const oneDay = 24 * 60 * 60 * 1000;
/** Clocks of client and server are the same here; a day covers one that is set back by a suspended machine. */
const validForDays = 365;

/** For 127.0.0.1 and localhost. @param subject its common name */
export function createServerIdentity(now: Date, subject = 'embedded-cluster'): ServerIdentity {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = `${subject}-ca`;
  const shared = { issuer, signingKey: authority.privateKey, now };
  return {
    certificateAuthorityPem: certificate({
      ...shared,
      subject: issuer,
      publicKey: authority.publicKey,
      // digitalSignature is not needed by an authority; keyCertSign is bit 5.
      extensions: [
        extension(oid.basicConstraints, derSequence(derBoolean(true))),
        extension(oid.keyUsage, derBitString(Buffer.from([0x04]), 2)),
      ],
    }),
    certificatePem: certificate({
      ...shared,
      subject,
      publicKey: server.publicKey,
      extensions: [
        extension(oid.subjectAltName, derSequence(der(0x82, Buffer.from('localhost')), loopbackAddress)),
      ],
    }),
    privateKeyPem: server.privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
}

const loopbackAddress = der(0x87, Buffer.from([127, 0, 0, 1]));

interface CertificateParts {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly extensions: readonly Buffer[];
  readonly now: Date;
}

function certificate({ subject, issuer, publicKey, signingKey, extensions, now }: CertificateParts): string {
  const algorithm = derSequence(derObjectIdentifier(oid.ecdsaWithSha256));
  const body = derSequence(
    der(0xa0, derInteger(2)),
    derInteger(randomBytes(16).fill(0x11, 0, 1)),
    algorithm,
    name(issuer),
    derSequence(
      derTime(new Date(now.getTime() - oneDay)),
      derTime(new Date(now.getTime() + validForDays * oneDay)),
    ),
    name(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, derSequence(...extensions)),
  );
  const signature = sign('sha256', body, signingKey);
  return pem(derSequence(body, algorithm, derBitString(signature)));
}

const name = (commonName: string): Buffer =>
  derSequence(der('set', derSequence(derObjectIdentifier(oid.commonName), derText(commonName))));

const extension = (identifier: string, value: Buffer): Buffer =>
  derSequence(derObjectIdentifier(identifier), der('octetString', value));

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
