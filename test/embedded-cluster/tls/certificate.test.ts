import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { createServerIdentity } from './certificate.ts';

const now = new Date('2026-11-21T09:30:00Z');
const identity = createServerIdentity(now);
const authority = new X509Certificate(identity.certificateAuthorityPem);
const server = new X509Certificate(identity.certificatePem);

test('the authority may sign, and signed itself and the server', () => {
  expect(authority.ca).toBe(true);
  expect(authority.verify(authority.publicKey)).toBe(true);
  expect(server.ca).toBe(false);
  expect(server.checkIssued(authority)).toBe(true);
  expect(server.verify(authority.publicKey)).toBe(true);
});

test('the server is loopback, by address and by name, and nothing else', () => {
  expect(server.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1');
});

test('both hold from the day before, for a year', () => {
  for (const { validFromDate, validToDate } of [authority, server])
    expect([validFromDate, validToDate]).toEqual([
      new Date('2026-11-20T09:30:00Z'),
      new Date('2027-11-21T09:30:00Z'),
    ]);
});

test('another authority has the same name, and only the signature tells them apart', () => {
  const other = createServerIdentity(now);

  expect(new X509Certificate(other.certificateAuthorityPem).subject).toBe(authority.subject);
  expect(server.verify(new X509Certificate(other.certificateAuthorityPem).publicKey)).toBe(false);
});

test('no two certificates have one serial number', () => {
  const numbers = [identity, createServerIdentity(now)].flatMap((made) =>
    [made.certificateAuthorityPem, made.certificatePem].map((pem) => new X509Certificate(pem).serialNumber),
  );

  expect(new Set(numbers).size).toBe(4);
});

test('what is printed is PEM, each text closed by a line end', () => {
  for (const pem of [identity.certificateAuthorityPem, identity.certificatePem])
    expect(pem).toMatch(/^-----BEGIN CERTIFICATE-----\n(.{64}\n)+.{1,64}\n-----END CERTIFICATE-----\n$/);
});
