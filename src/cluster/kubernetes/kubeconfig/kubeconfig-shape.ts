// Which values a kubeconfig's fields may have (client-go, tools/clientcmd/api/v1/types.go). As in kubectl, one of the wrong kind
// anywhere makes the file unusable: a token that YAML reads as a number would otherwise silently be no token at all.

import type { Shape } from './find-shape-faults.ts';

const extensions: Shape = { named: { fields: { name: 'text', extension: 'anything' } } };

const cluster: Shape = {
  fields: {
    server: 'text',
    'tls-server-name': 'text',
    'insecure-skip-tls-verify': 'flag',
    'certificate-authority': 'text',
    'certificate-authority-data': 'base64',
    'proxy-url': 'text',
    'disable-compression': 'flag',
    extensions,
  },
};

const plugin: Shape = {
  fields: {
    apiVersion: 'text',
    command: 'text',
    args: { list: 'text' },
    env: { list: { fields: { name: 'text', value: 'text' } } },
    installHint: 'text',
    provideClusterInfo: 'flag',
    interactiveMode: 'text',
  },
};

const user: Shape = {
  fields: {
    'client-certificate': 'text',
    'client-certificate-data': 'base64',
    'client-key': 'text',
    'client-key-data': 'base64',
    token: 'text',
    tokenFile: 'text',
    as: 'text',
    'as-uid': 'text',
    'as-groups': { list: 'text' },
    'as-user-extra': { values: { list: 'text' } },
    username: 'text',
    password: 'text',
    'auth-provider': { fields: { name: 'text', config: { values: 'text' } } },
    exec: plugin,
    extensions,
  },
};

const context: Shape = { fields: { cluster: 'text', user: 'text', namespace: 'text', extensions } };

export const kubeconfigShape: Shape = {
  fields: {
    apiVersion: 'text',
    kind: 'text',
    'current-context': 'text',
    preferences: { fields: { colors: 'flag', extensions } },
    clusters: { named: { fields: { name: 'text', cluster } } },
    users: { named: { fields: { name: 'text', user } } },
    contexts: { named: { fields: { name: 'text', context } } },
    extensions,
  },
};

/** The answer of a credential plugin (client-go, pkg/apis/clientauthentication/v1/types.go). */
export const pluginAnswerShape: Shape = {
  fields: {
    apiVersion: 'text',
    kind: 'text',
    status: {
      fields: {
        token: 'text',
        clientCertificateData: 'text',
        clientKeyData: 'text',
        expirationTimestamp: 'text',
      },
    },
  },
};
