import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAddressOf, readRegistryAddress } from '../../src/job/registry-address.ts';

describe('readRegistryAddress', () => {
  // What GitLab Runner's convertToRegistryPath and the kubelet's keyring make of these.
  it.each([
    ['registry.example.org', 'registry.example.org'],
    ['registry.example.org:5000', 'registry.example.org:5000'],
    ['localhost:5000', 'localhost:5000'],
    ['[::1]:5000', '[::1]:5000'],
    ['https://registry.example.org', 'registry.example.org'],
    ['http://registry.example.org:5000/v2/', 'registry.example.org:5000'],
    ['HTTPS://registry.example.org/v1', 'registry.example.org'],
    ['registry.example.org/v2/group', 'registry.example.org/group'],
    ['registry.example.org/group/app', 'registry.example.org/group/app'],
    ['registry.example.org/group/app:1', 'registry.example.org/group/app'],
    ['registry.example.org/group/', 'registry.example.org/group'],
    ['Registry.Example.org', 'Registry.Example.org'],
    ['*.example.org', '*.example.org'],
    ['docker.io', 'docker.io'],
    ['index.docker.io', 'docker.io'],
    ['https://index.docker.io/v1/', 'docker.io'],
    ['https://Index.Docker.io/v1/', 'docker.io'],
    ['docker.io/library', 'docker.io/library'],
  ])('reads %s as %s', (written, address) => {
    expect(readRegistryAddress(written)).toBe(address);
  });

  it.each([
    '',
    '/',
    'https://',
    'a b',
    'exa%mple',
    'user@host',
    'host?x',
    'host#x',
    '$CI_REGISTRY',
    'registry.example.org/Group',
    'registry.example.org//app',
    'ftp://registry.example.org',
    '__proto__',
    'a'.repeat(256),
    'host\n',
    'host:port',
  ])('finds no registry in %j', (written) => {
    expect(readRegistryAddress(written)).toBeNull();
  });

  it('reads what it has read as the same', () => {
    const part = fc.stringMatching(/^[a-zA-Z0-9./:*_-]{0,20}$/);
    fc.assert(
      fc.property(fc.tuple(fc.constantFrom('', 'https://', 'http://'), part, part), (parts) => {
        const address = readRegistryAddress(parts.join(''));
        if (address !== null) expect(readRegistryAddress(address)).toBe(address);
      }),
    );
  });
});

describe('isAddressOf', () => {
  const image = { registry: 'registry.example.org', path: 'group/app' };
  it.each([
    ['registry.example.org', true],
    ['Registry.Example.org', true],
    ['registry.example.org/group', true],
    ['registry.example.org/group/app', true],
    ['registry.example.org/other', false],
    ['registry.example.org:5000', false],
    ['example.org', false],
    ['*.example.org', true],
    ['reg*y.*.org', true],
    ['r*g*s*y.example.org', true],
    ['*x*.example.org', false],
    ['registry*registry.example.org', false],
    ['*.*', false],
    ['registry.example.*', true],
  ])('says whether %s serves registry.example.org/group/app: %s', (address, expected) => {
    expect(isAddressOf(address, image)).toBe(expected);
  });

  it('minds the port, also where a part may be anything', () => {
    const other = { registry: 'registry.example.org:5000', path: 'app' };
    expect(isAddressOf('registry.example.*', other)).toBe(false);
    expect(isAddressOf('registry.example.*:5000', other)).toBe(true);
  });

  it('takes little time for a pattern that matches nothing', () => {
    const pattern = `${'*a'.repeat(120)}b`;
    expect(isAddressOf(pattern, { registry: 'a'.repeat(250), path: 'x' })).toBe(false);
  });
});
