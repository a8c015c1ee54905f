import { describe, expect, it } from 'vitest';
import { asksPlugin, findUserFaults } from '../../../../src/cluster/kubernetes/kubeconfig/kubeconfig-user.ts';

const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'x', interactiveMode: 'Never' };
const beta = 'client.authentication.k8s.io/v1beta1';

describe('findUserFaults', () => {
  it.each<[string, Record<string, unknown>]>([
    ['nobody', {}],
    ['a token', { token: 't' }],
    [
      'nulls and empty values',
      { token: 't', exec: null, as: '', 'as-groups': [], 'as-user-extra': {}, password: '' },
    ],
    ['a plugin', { exec }],
    ['a plugin of the older version without a mode', { exec: { apiVersion: beta, command: 'x' } }],
    ['a plugin that asks a person only if it may', { exec: { ...exec, interactiveMode: 'IfAvailable' } }],
    [
      'a plugin that asks a person, and is not needed',
      { token: 't', exec: { ...exec, interactiveMode: 'Always' } },
    ],
    ['a key that nobody needs', { token: 't', 'client-key': 'k' }],
  ])('has nothing against %s', (_, entry) => expect(findUserFaults(entry)).toEqual([]));

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['a name', { username: 'a' }, /password/],
    ['a password', { password: 'a' }, /password/],
    ['impersonation', { as: 'root' }, /`as`/],
    ['impersonation of a uid', { 'as-uid': '5' }, /`as`/],
    ['impersonation with more', { 'as-user-extra': { a: ['b'] } }, /`as`/],
    ['an auth-provider without a name', { token: 't', 'auth-provider': {} }, /credential plugins \(`exec`\)/],
    [
      'two certificates',
      { 'client-certificate': 'c', 'client-certificate-data': 'Yw==', 'client-key': 'k' },
      /both `client-certificate` and/,
    ],
    [
      'two keys',
      { 'client-certificate': 'c', 'client-key-data': 'Yw==', 'client-key': 'k' },
      /both `client-key` and/,
    ],
    ['a certificate alone', { 'client-certificate': 'c', exec }, /without its key/],
    ['a key alone', { 'client-key': 'k' }, /and no certificate/],
    ['no command', { exec: { ...exec, command: '' } }, /without a `command`/],
    ['no command beside a token', { token: 't', exec: { ...exec, command: null } }, /without a `command`/],
    [
      'no version',
      { exec: { ...exec, apiVersion: undefined } },
      /`apiVersion` is ""; .*\/v1 and .*\/v1beta1 are known/,
    ],
    ['no mode', { exec: { ...exec, interactiveMode: '' } }, /`interactiveMode` is ""; set it to Never/],
    [
      'an unknown mode',
      { exec: { ...exec, interactiveMode: 'Maybe\u0007' } },
      /`interactiveMode` is "Maybe\?"/,
    ],
    ['a plugin that must ask a person', { exec: { ...exec, interactiveMode: 'Always' } }, /nobody is there/],
    ['a variable without a name', { exec: { ...exec, env: [{ value: 'v' }] } }, /without a `name` in `env`/],
  ])('names %s', (_, entry, words) => {
    expect(findUserFaults(entry)).toEqual([expect.stringMatching(words)]);
  });

  it('names all of them', () => {
    expect(findUserFaults({ username: 'a', as: 'b', 'auth-provider': {}, exec: {} })).toHaveLength(6);
  });
});

describe('asksPlugin', () => {
  it.each<[boolean, Record<string, unknown>]>([
    [true, { exec }],
    [true, { exec, token: '', tokenFile: null }],
    [true, { exec, 'client-key': 'k' }],
    [false, {}],
    [false, { exec: null }],
    [false, { exec, token: 't' }],
    [false, { exec, tokenFile: 'f' }],
    [false, { exec, 'client-certificate': 'c', 'client-key': 'k' }],
    [false, { exec, 'client-certificate-data': 'c', 'client-key-data': 'k' }],
  ])('says %s for %j', (expected, entry) => expect(asksPlugin(entry)).toBe(expected));
});
