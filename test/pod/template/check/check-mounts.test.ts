// mount-rules.ts is tested here, through what calls it: `/src/pod/template/rules/mount-rules.ts'`.
import { expect, test } from 'vitest';
import { checkMounts } from '../../../../src/pod/template/check/check-mounts.ts';
import { viewTemplate } from '../../../../src/pod/template/template-view.ts';
import { formatKeyPath } from '../../../../src/policy/problem.ts';

const volumes = [
  { name: 'data', emptyDir: {} },
  { name: 'tools', image: { reference: 'tools:1' } },
  { name: 'claim', persistentVolumeClaim: { claimName: 'claim' } },
  { name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
  { name: 'certificate', projected: { sources: [{ podCertificate: {} }] } },
];

type Mount = readonly [name: string, mountPath: string, more?: object];

const check = (mounts: Readonly<Record<string, readonly Mount[]>>): string[] =>
  checkMounts(
    viewTemplate({
      spec: {
        volumes,
        containers: Object.entries(mounts).map(([container, list]) => ({
          name: container,
          volumeMounts: list.map(([name, mountPath, more]) => ({ name, mountPath, ...more })),
        })),
      },
    }),
  ).map(({ path, message }) => `${formatKeyPath(path.slice(4))} ${message}`);

test.each<[mounts: Record<string, readonly Mount[]>, problem: RegExp]>([
  [{ build: [['nope', '/x']] }, /^volumeMounts\[0\]\.name names nope, which is no volume/],
  [{ proxy: [['tmp-build', '/x']] }, /^volumeMounts\[0\]\.name names tmp-build, which is no volume/],
  [{ proxy: [['control-helper', '/x']] }, /^volumeMounts\[0\]\.name is a control volume/],
  [{ proxy: [['data', '/.gitlab-pod-executor']] }, /mountPath lies over \/\.gitlab-pod-executor/],
  [{ build: [['data', '/x/../.gitlab-pod-executor//home/']] }, /mountPath lies over/],
  [{ build: [['data', '/']] }, /mountPath lies over/],
  [{ proxy: [['data', '/x', { mountPropagation: 'HostToContainer' }]] }, /mountPropagation may only be None/],
  [
    { build: [['data', '/proc/self/uid_map']] },
    /mountPath lies over what the kernel shows.*no byte of a job/,
  ],
  [{ 'svc-0': [['data', '/dev']] }, /mountPath lies over what the kernel shows/],
  [{ 'svc-0': [['data', '/x', { subPathExpr: '$(POSTGRES_DB)' }]] }, /subPathExpr is made of variables/],
  [
    { build: [['data', '/builds/']] },
    /mountPath is where the executor mounts workspace.*replace the volume workspace$/,
  ],
  [{ helper: [['workspace', '/cache']] }, /mountPath is where the executor mounts cache/],
  [{ 'svc-0': [['workspace', '/builds']] }, /readOnly must be true: .*beside GitLab's scripts/],
  [{ 'svc-0': [['cache', '/elsewhere', { readOnly: false }]] }, /readOnly must be true/],
  [{ build: [['token', '/x']] }, /name would give token, a credential of the cluster, to the job/],
  [{ helper: [['certificate', '/x']] }, /name would give certificate/],
  [{ helper: [['workspace', '/usr/local/bin']] }, /name mounts workspace, which the job can write/],
  [{ helper: [['data', '/srv']], build: [['data', '/srv']] }, /name mounts data, which the job can write/],
  [{ helper: [['data', '/srv']], 'svc-1': [['data', '/srv']] }, /name mounts data, which the job can write/],
  [{ helper: [['tools', '/usr/bin']] }, /mountPath hides programs of the helper/],
  [{ helper: [['tools', '/etc']] }, /mountPath hides programs of the helper/],
  [{ build: [['data', '/usr/local/bin']] }, /mountPath lets the job replace the shells/],
  [{ build: [['claim', '/lib']] }, /mountPath lets the job replace the shells/],
  [
    { build: [['data', '/etc/ld.so.preload', { subPath: 'x' }]] },
    /mountPath lets the job replace the shells/,
  ],
  [
    {
      proxy: [
        ['data', '/x'],
        ['claim', '/x/'],
      ],
    },
    /^volumeMounts\[1\]\.mountPath names \/x a second time$/,
  ],
])('refuses %j: %s', (mounts, problem) => {
  expect(check(mounts)).toEqual([expect.stringMatching(problem)]);
});

test.each<[Record<string, readonly Mount[]>]>([
  [
    {
      build: [
        ['data', '/dev/shm'],
        ['tools', '/usr/local/bin'],
        ['claim', '/srv/data'],
      ],
    },
  ],
  [{ build: [['data', '/usr/bin', { readOnly: true }]] }],
  [{ build: [['data', '/srv', { readOnly: true }]], helper: [['data', '/srv']] }],
  [
    {
      helper: [
        ['tools', '/etc/ssl/certs'],
        ['tools', '/usr/local/bin/tool', { subPath: 'tool' }],
      ],
    },
  ],
  [
    {
      'svc-0': [
        ['workspace', '/builds', { readOnly: true }],
        ['data', '/var/lib/data'],
      ],
    },
  ],
  [
    {
      proxy: [
        ['token', '/var/run/token'],
        ['data', '/usr/bin'],
        ['workspace', '/work'],
      ],
    },
  ],
  [{ proxy: [['data', '/.gitlab-pod-executor-tools', { mountPropagation: 'None' }]] }],
])('has nothing to say about %j', (mounts) => expect(check(mounts)).toEqual([]));
