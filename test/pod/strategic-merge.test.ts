import { expect, test } from 'vitest';
import { strategicMerge } from '../../src/pod/strategic-merge.ts';

type Json = Record<string, unknown>;

const rows: { name: string; base: Json; patch: Json; merged: Json }[] = [
  {
    name: 'maps merge at every depth',
    base: { resources: { limits: { cpu: '1', memory: '1Gi' } } },
    patch: { resources: { limits: { memory: '2Gi' } } },
    merged: { resources: { limits: { cpu: '1', memory: '2Gi' } } },
  },
  {
    name: 'null takes a field away',
    base: { a: 1, b: { c: 2, d: 3 } },
    patch: { a: null, b: { c: null } },
    merged: { b: { d: 3 } },
  },
  {
    name: 'null for what is not there changes nothing',
    base: { a: 1 },
    patch: { b: null },
    merged: { a: 1 },
  },
  {
    name: 'containers merge by name, new ones come last',
    base: { containers: [{ name: 'build', image: 'a' }, { name: 'helper' }] },
    patch: { containers: [{ name: 'proxy' }, { name: 'build', tty: true }] },
    merged: { containers: [{ name: 'build', image: 'a', tty: true }, { name: 'helper' }, { name: 'proxy' }] },
  },
  {
    name: 'variables merge by name',
    base: { containers: [{ name: 'build', env: [{ name: 'HOME', value: '/h' }] }] },
    patch: {
      containers: [
        {
          name: 'build',
          env: [
            { name: 'A', value: '1' },
            { name: 'HOME', value: '/i' },
          ],
        },
      ],
    },
    merged: {
      containers: [
        {
          name: 'build',
          env: [
            { name: 'HOME', value: '/i' },
            { name: 'A', value: '1' },
          ],
        },
      ],
    },
  },
  {
    name: 'a variable is replaced whole, too',
    base: { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] },
    patch: { env: [{ name: 'A', value: '1' }] },
    merged: { env: [{ name: 'A', value: '1' }] },
  },
  {
    name: 'mounts merge by path, not by volume',
    base: { volumeMounts: [{ name: 'workspace', mountPath: '/builds' }] },
    patch: {
      volumeMounts: [
        { name: 'workspace', mountPath: '/w' },
        { name: 'big', mountPath: '/builds' },
      ],
    },
    merged: {
      volumeMounts: [
        { name: 'big', mountPath: '/builds' },
        { name: 'workspace', mountPath: '/w' },
      ],
    },
  },
  {
    name: 'a volume is replaced whole: two kinds in one would be refused',
    base: { volumes: [{ name: 'cache', emptyDir: {} }] },
    patch: { volumes: [{ name: 'cache', persistentVolumeClaim: { claimName: 'c' } }] },
    merged: { volumes: [{ name: 'cache', persistentVolumeClaim: { claimName: 'c' } }] },
  },
  {
    name: 'a variable is replaced whole: a value and a place that it comes from would be refused',
    base: { env: [{ name: 'PASSWORD', value: 'x' }] },
    patch: { env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] },
    merged: { env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] },
  },
  {
    name: 'lists of variables add up, so that services keep those of the job',
    base: { envFrom: [{ secretRef: { name: 'job-1-services' } }] },
    patch: { envFrom: [{ configMapRef: { name: 'proxy' } }] },
    merged: { envFrom: [{ secretRef: { name: 'job-1-services' } }, { configMapRef: { name: 'proxy' } }] },
  },
  {
    name: 'host names of one address add up, so that services keep theirs',
    base: { hostAliases: [{ ip: '127.0.0.1', hostnames: ['db'] }] },
    patch: {
      hostAliases: [
        { ip: '127.0.0.1', hostnames: ['db', 'mirror'] },
        { ip: '10.0.0.1', hostnames: ['x'] },
      ],
    },
    merged: {
      hostAliases: [
        { ip: '127.0.0.1', hostnames: ['db', 'mirror'] },
        { ip: '10.0.0.1', hostnames: ['x'] },
      ],
    },
  },
  {
    name: 'tolerations are replaced',
    base: { tolerations: [{ key: 'a' }] },
    patch: { tolerations: [{ key: 'b' }] },
    merged: { tolerations: [{ key: 'b' }] },
  },
  {
    name: 'pull secrets merge by name',
    base: { imagePullSecrets: [{ name: 'a' }] },
    patch: { imagePullSecrets: [{ name: 'b' }, { name: 'a' }] },
    merged: { imagePullSecrets: [{ name: 'a' }, { name: 'b' }] },
  },
  {
    name: 'fields that nobody knows yet pass through',
    base: { containers: [{ name: 'build' }] },
    patch: { fromTheFuture: [{ x: 1 }], containers: [{ name: 'build', alsoNew: { y: [null, 2] } }] },
    merged: { fromTheFuture: [{ x: 1 }], containers: [{ name: 'build', alsoNew: { y: [null, 2] } }] },
  },
  {
    name: 'a map takes the place of what is not one',
    base: { affinity: 'none' },
    patch: { affinity: { nodeAffinity: {} } },
    merged: { affinity: { nodeAffinity: {} } },
  },
];

test.for(rows)('$name', ({ base, patch, merged }) => {
  const before = structuredClone({ base, patch });

  expect(strategicMerge(base, patch)).toEqual(merged);
  expect({ base, patch }).toEqual(before);
});
