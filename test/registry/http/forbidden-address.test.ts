import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { guardedLookup, isForbiddenHost } from '../../../src/registry/http/forbidden-address.ts';
import { RegistryFailure } from '../../../src/registry/registry-failure.ts';

describe('isForbiddenHost', () => {
  it.each([
    'localhost',
    'LOCALHOST',
    'a.localhost',
    '127.0.0.1',
    '127.8.9.10',
    '0.0.0.0',
    '[::1]',
    '[::]',
    '169.254.169.254',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '[::ffff:169.254.169.254]',
  ])('knows %s for the machine itself, its segment or its metadata', (host) =>
    expect(isForbiddenHost(host)).toBe(true),
  );

  it.each([
    'registry.example.org',
    '10.0.0.7',
    '192.168.1.1',
    '[fd00::1]',
    'localhost.example.org',
    '128.0.0.1',
  ])('lets %s be a registry', (host) => expect(isForbiddenHost(host)).toBe(false));
});

describe('guardedLookup', () => {
  it('finds no address that is forbidden, whatever name it has', async () => {
    const look = promisify(guardedLookup as never) as unknown as (
      host: string,
      options: object,
    ) => Promise<unknown>;
    const found = look('localhost', {});
    await expect(found).rejects.toBeInstanceOf(RegistryFailure);
    await expect(found).rejects.toMatchObject({ kind: 'forbidden-host' });
  });
});
