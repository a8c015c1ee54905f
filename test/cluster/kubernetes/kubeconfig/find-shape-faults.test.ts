import { describe, expect, it } from 'vitest';
import { findShapeFaults } from '../../../../src/cluster/kubernetes/kubeconfig/find-shape-faults.ts';
import {
  kubeconfigShape,
  pluginAnswerShape,
} from '../../../../src/cluster/kubernetes/kubeconfig/kubeconfig-shape.ts';

const inWords = (value: unknown, shape = kubeconfigShape): string[] =>
  findShapeFaults(value, shape).map(({ path, fault }) => `${path.join('.')} ${fault}`);
const user = (fields: object): object => ({ users: [{ name: 'u', user: fields }] });

describe('findShapeFaults', () => {
  it.each<[string, unknown]>([
    ['nothing', null],
    ['an empty file', {}],
    ['nulls', { clusters: null, users: [{ name: null, user: null }] }],
    ['a null as an entry', { users: [null] }],
    ['nulls in a user', user({ token: null, exec: null, 'as-groups': null, 'as-user-extra': { a: null } })],
    ['keys that nobody knows', { x: 1, users: [{ name: 'u', y: [], user: { z: {} } }] }],
    ['keys of objects', { users: [{ name: 'u', user: { constructor: 5, toString: 5 } }] }],
    ['base64 with line breaks', user({ 'client-key-data': 'aGVs\r\nbG8=\n' })],
    [
      'any extension',
      {
        extensions: [
          { name: 'a', extension: 5 },
          { name: 'b', extension: [] },
        ],
      },
    ],
  ])('takes %s', (_, value) => expect(inWords(value)).toEqual([]));

  it.each<[string, unknown, string]>([
    ['a text', 'x', ' is a text, not a map'],
    ['a list', [], ' is a list, not a map'],
    ['a map for a list', { users: {} }, 'users is a map, not a list'],
    ['a text for an entry', { users: ['u'] }, 'users.0 is a text, not a map'],
    [
      'a number for a token',
      user({ token: 5 }),
      'users.0.user.token is a number, not a text: put it in quotes',
    ],
    [
      'true for a token',
      user({ token: true }),
      'users.0.user.token is true or false, not a text: put it in quotes',
    ],
    ['a map for a token', user({ token: {} }), 'users.0.user.token is a map, not a text'],
    [
      'binary for a token',
      user({ token: Buffer.from('a') }),
      'users.0.user.token is something else, not a text',
    ],
    [
      'a text for a flag',
      user({ exec: { provideClusterInfo: 'yes' } }),
      'users.0.user.exec.provideClusterInfo is a text, not true or false',
    ],
    [
      'a number among arguments',
      user({ exec: { args: ['a', 5] } }),
      'users.0.user.exec.args.1 is a number, not a text: put it in quotes',
    ],
    [
      'a text for a map of lists',
      user({ 'as-user-extra': { a: 'b' } }),
      'users.0.user.as-user-extra.a is a text, not a list',
    ],
    [
      'letters that are not base64',
      user({ 'client-key-data': 'a-_=' }),
      'users.0.user.client-key-data is not base64',
    ],
    [
      'base64 without its padding',
      user({ 'client-key-data': 'aGVsbG8' }),
      'users.0.user.client-key-data is not base64',
    ],
    [
      'base64 with a blank',
      user({ 'client-key-data': 'aGVs bG8=' }),
      'users.0.user.client-key-data is not base64',
    ],
    [
      'twins',
      { contexts: [{ name: 'a' }, { name: 'b' }, { name: 'a' }] },
      'contexts.2 has the name "a", as one before it',
    ],
    ['twins without a name', { users: [{}, null] }, 'users.1 has the name "", as one before it'],
  ])('refuses %s', (_, value, words) => expect(inWords(value)).toEqual([words]));

  it('finds all of them', () => {
    expect(inWords({ kind: 5, clusters: [{ name: 1, cluster: { server: 2 } }] })).toHaveLength(3);
    expect(inWords({ status: { token: 5, clientKeyData: [] } }, pluginAnswerShape)).toHaveLength(2);
  });
});
