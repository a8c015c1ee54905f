import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dockerAuthOf, readDockerAuth } from '../../src/job/docker-auth.ts';
import { pullCredentials } from '../embedded-cluster/kubelet/pull-credentials.ts';
import type { Pod } from '../embedded-cluster/pod/pod.ts';
import type { Store } from '../embedded-cluster/store/store.ts';

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');

describe('readDockerAuth', () => {
  it.each([
    ['auth', { auth: base64('u:p') }, 'u:p'],
    ['auth with a colon in the password', { auth: base64('u:p:q') }, 'u:p:q'],
    ['auth without its padding', { auth: 'dTpwdw' }, 'u:pw'],
    ['auth of several lines', { auth: 'dTp\nwdw==\r\n' }, 'u:pw'],
    ['auth whose last bits are not nought', { auth: 'dTpwdx==' }, 'u:pw'],
    ['auth without a password', { auth: base64('u:') }, 'u:'],
    ['auth that is no UTF-8', { auth: base64('u:p\xff\xe4') }, 'u:p\xff\xe4'],
    ['auth that an old Docker filled up', { auth: base64('u:pw\0\0\0') }, 'u:pw'],
    ['auth before user and password', { auth: base64('u:p'), username: 'x', password: 'y' }, 'u:p'],
    ['user and password', { username: 'u', password: 'pä' }, Buffer.from('u:pä').toString('latin1')],
    ['user and an empty password', { username: 'u', password: '' }, 'u:'],
    ['auth that is empty, and user and password', { auth: '', username: 'u', password: 'p' }, 'u:p'],
    ['a token beside a password', { auth: base64('u:p'), identitytoken: 't' }, 'u:p'],
  ])('takes %s', (_, entry, pair) => {
    expect(readDockerAuth(entry)).toEqual({ auth: base64(pair) });
  });

  const noBase64 = '`auth` is not base64 of `user:password`';
  const nothing = 'it has neither `auth` nor `username` and `password`';
  const token =
    'it has a token (`identitytoken`, `registrytoken`) in place of a password, and a kubelet uses none';
  it.each([
    ['text', { auth: 'not base64!' }, noBase64],
    ['a reference', { auth: '$REGISTRY_AUTH' }, noBase64],
    ['spaces around it', { auth: ' dTpwdw== ' }, noBase64],
    ['the alphabet of URLs', { auth: 'dTp-_w==' }, noBase64],
    ['too little padding', { auth: 'dTpwdw=' }, noBase64],
    ['too much padding', { auth: 'dTpw=' }, noBase64],
    ['a digit too many', { auth: 'dTpwd' }, noBase64],
    ['base64 of something else', { auth: base64('nocolon') }, noBase64],
    ['no user', { auth: base64(':pass') }, noBase64],
    ['a number', { auth: 7 }, '`auth` is no text'],
    ['a number for a user', { username: 7, password: 'p' }, '`username` is no text'],
    ['a user with a colon', { username: 'u:x', password: 'p' }, '`username` holds a `:`'],
    ['a list for a password', { username: 'u', password: [] }, '`password` is no text'],
    ['nothing', {}, nothing],
    ['an empty auth', { auth: '' }, nothing],
    ['a user alone', { username: 'u' }, nothing],
    ['a token', { identitytoken: 't' }, token],
    ['a token beside a user', { auth: base64('00000000:'), identitytoken: 't' }, token],
    ['null', null, 'it is no object'],
    ['no object', 'x', 'it is no object'],
    ['a list', [], 'it is no object'],
    [
      'a line end from echo',
      { auth: base64('u:p\n') },
      'its user or password holds a control character; `echo` adds a line end, `printf %s` does not',
    ],
  ])('says why %s is no use', (_, entry, fault) => {
    expect(readDockerAuth(entry)).toEqual({ fault });
  });

  it('gives a kubelet nothing that it cannot read, and never another password', () => {
    const anyAuth = fc.oneof(
      fc.string(),
      fc.base64String(),
      fc.stringMatching(/^[A-Za-z0-9+/=\n_-]{0,12}$/),
      fc.string().map((text) => Buffer.from(text).toString('base64')),
    );
    fc.assert(
      fc.property(
        fc.record({ auth: anyAuth, username: fc.string(), password: fc.string() }, { requiredKeys: [] }),
        (entry) => {
          const { auth } = readDockerAuth(entry);
          if (auth === undefined) return;
          const [ours] = asKubelet({ auth });
          const [written] = asKubelet(entry);
          expect(ours).toEqual({ ...written, password: written?.password.replace(/^\0+|\0+$/g, '') });
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('dockerAuthOf', () => {
  it('makes base64 of UTF-8', () => {
    expect(dockerAuthOf('gitlab-ci-token', 'pässword')).toBe(
      Buffer.from('gitlab-ci-token:pässword').toString('base64'),
    );
  });
});

/** As the embedded cluster's kubelet reads it. */
function asKubelet(entry: object) {
  const text = JSON.stringify({ auths: { 'registry.example.org': entry } });
  const data = { '.dockerconfigjson': Buffer.from(text).toString('base64') };
  const store = { get: () => ({ type: 'kubernetes.io/dockerconfigjson', data }) } as unknown as Store;
  const pod = { metadata: { namespace: 'ci' }, spec: { imagePullSecrets: [{ name: 'pull' }] } } as Pod;
  return pullCredentials(store, pod, 'registry.example.org/app:1').found;
}
