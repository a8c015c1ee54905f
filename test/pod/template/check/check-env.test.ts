import { expect, test } from 'vitest';
import { checkEnv } from '../../../../src/pod/template/check/check-env.ts';
import { viewTemplate } from '../../../../src/pod/template/template-view.ts';

const check = (container: string, name: string, value: unknown): string[] =>
  checkEnv(
    viewTemplate({
      spec: {
        volumes: [
          { name: 'a', emptyDir: {} },
          { name: 's', secret: {} },
        ],
        containers: [
          {
            name: container,
            env: [{ name, ...(typeof value === 'string' ? { value } : { valueFrom: value }) }],
          },
        ],
      },
    }),
  ).map(({ message }) => message);

const elsewhere = { configMapKeyRef: { name: 'a', key: 'b' } };
const file = { fileKeyRef: { volumeName: 'a', path: 'b', key: 'c' } };

test.each([
  ...[
    'LD_PRELOAD',
    'LD_LIBRARY_PATH',
    'LD_AUDIT',
    'GLIBC_TUNABLES',
    'BASH_ENV',
    'ENV',
    'BASH_FUNC_git%%',
    'SHELLOPTS',
  ],
  ...[
    'PATH',
    'HOME',
    'IFS',
    'PS4',
    'TMPDIR',
    'XDG_CONFIG_HOME',
    'OPENSSL_CONF',
    'NODE_OPTIONS',
    'PYTHONPATH',
    'PERL5LIB',
  ],
  ...[
    'GIT_CONFIG_GLOBAL',
    'GIT_SSH_COMMAND',
    'GIT_EXEC_PATH',
    'GIT_TEMPLATE_DIR',
    'SSH_ASKPASS',
    'CURL_HOME',
  ],
])('%s is not to be set in the helper, whatever its value', (name) => {
  for (const value of ['/usr/lib/x', elsewhere, '']) {
    expect(check('helper', name, value)).toEqual([
      expect.stringMatching(/decides what the helper's programs load.*trust nothing that the job left\)$/),
    ]);
  }
});

test.each<[name: string, value: unknown]>([
  ['SSL_CERT_FILE', '/builds/ca.pem'],
  ['ANYTHING', '/usr/lib:/cache/x'],
  ['ANYTHING', file],
])('%s=%j leads the helper to the job', (name, value) => {
  expect(check('helper', name, value)).toEqual([
    expect.stringMatching(/leads to a place that the job can write/),
  ]);
});

test.each<[name: string, value: unknown]>([
  ['HTTPS_PROXY', 'http://proxy.example.org:3128'],
  ['SSL_CERT_FILE', '/etc/ssl/example.pem'],
  ['TZ', 'Europe/Berlin'],
  ['AWS_REGION', elsewhere],
])('%s=%j is fine in the helper', (name, value) => expect(check('helper', name, value)).toEqual([]));

test.each<[name: string, value: unknown]>([
  ['LD_PRELOAD', '/builds/x.so'],
  ['LD_LIBRARY_PATH', '/usr/lib:'],
  ['LD_LIBRARY_PATH', 'lib'],
  ['BASH_ENV', '.bashrc'],
  ['ENV', '/tmp/env'],
  ['LD_PRELOAD', file],
])('%s=%j hands the shell of build to the job', (name, value) => {
  expect(check('build', name, value)).toEqual([
    expect.stringMatching(/by which the job would decide.*nothing of the job runs beside/),
  ]);
});

test.each<[name: string, value: unknown]>([
  ['LD_LIBRARY_PATH', '/usr/local/nvidia/lib64'],
  ['LD_PRELOAD', 'libeatmydata.so'],
  ['HOME', '/builds'],
  ['GIT_CONFIG_GLOBAL', '/builds/x'],
  ['LD_PRELOAD', elsewhere],
])('%s=%j is the operator to decide in build', (name, value) =>
  expect(check('build', name, value)).toEqual([]),
);

test('services and containers of the template have what they like', () => {
  for (const container of ['svc-0', 'proxy'])
    expect(check(container, 'LD_PRELOAD', '/builds/x.so')).toEqual([]);
});

test.each(['s', 'nope'])('a variable from a file of %s is none', (volumeName) => {
  expect(check('proxy', 'A', { fileKeyRef: { volumeName, path: 'b', key: 'c' } })).toEqual([
    `names ${volumeName}, which is no emptyDir of the template`,
  ]);
  expect(check('proxy', 'A', file)).toEqual([]);
});
