import { randomBytes } from 'node:crypto';

/** Letters and digits that nobody mistakes for another, and that Kubernetes takes in a name. */
const base32 = 'abcdefghijkmnpqrstuvwxyz23456789';
const nameLength = 8;

/** 8 characters of base32, new at each call. */
export function randomName(): string {
  return Array.from(randomBytes(nameLength), (byte) => base32[byte % base32.length]).join('');
}
