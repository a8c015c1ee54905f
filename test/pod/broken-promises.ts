// What docs/threat-model.md promises, looked for in a finished pod: written apart from the code that refuses, so that the two
// can be held against each other.
import { posix } from 'node:path';
import type { Container, PodManifest, VolumeMount } from '../../src/pod/manifest.ts';
import { specOf } from './sample-job.ts';

type Json = Readonly<Record<string, unknown>>;

const control = '/.gitlab-pod-executor';
const ofOurs = /^(build|helper|svc-\d+|init-workspace|init-user-namespace)$/;

/** In words; empty: all promises that a manifest can show are kept. `ours`: the same pod without the template. */
export function brokenPromises(pod: PodManifest, ours: PodManifest): string[] {
  const spec = specOf(pod);
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  return [
    ...brokenByPod(pod, ours),
    ...containers.flatMap((container) => brokenByContainer(container, pod, ours)),
    ...brokenByVolumes(spec.volumes, containers),
  ];
}

const is = (broken: boolean, what: string): string[] => (broken ? [what] : []);

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

function brokenByPod(pod: PodManifest, ours: PodManifest): string[] {
  const [spec, own] = [specOf(pod), specOf(ours)] as const;
  const fields = [
    ...['hostUsers', 'restartPolicy', 'activeDeadlineSeconds', 'automountServiceAccountToken'],
    'shareProcessNamespace',
  ];
  const absent = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field] === true);
  const never = ['nodeName', 'ephemeralContainers', 'os', 'priority', 'overhead', 'schedulingGroup'];
  const [metadata, before] = [pod['metadata'] as Json, ours['metadata'] as Json];
  return [
    ...fields.filter((field) => !same(spec[field], own[field])).map((field) => `${field} is not ours`),
    ...absent,
    ...never.filter((field) => spec[field] !== undefined),
    ...['labels', 'annotations'].flatMap((kind) =>
      Object.entries(before[kind] as Json)
        .filter(([key, value]) => (metadata[kind] as Json | undefined)?.[key] !== value)
        .map(([key]) => `${kind}.${key} is not ours`),
    ),
    ...is(metadata['name'] !== before['name'], 'name'),
    ...is(!keepsHostNames(spec['hostAliases'], own['hostAliases']), 'the services have lost their names'),
    ...is(String(spec['priorityClassName']).startsWith('system-'), 'priorityClassName'),
  ];
}

function keepsHostNames(now: unknown, before: unknown): boolean {
  const names = (aliases: unknown): unknown[] =>
    ((aliases ?? []) as { ip: string; hostnames: string[] }[])
      .filter(({ ip }) => ip === '127.0.0.1')
      .flatMap(({ hostnames }) => hostnames);
  return names(before).every((name) => names(now).includes(name));
}

function brokenByContainer(container: Container, pod: PodManifest, ours: PodManifest): string[] {
  const { name } = container;
  const spec = specOf(ours);
  const before = [...(spec.initContainers ?? []), ...spec.containers].find((each) => each.name === name);
  const general = [
    ...mountsOf(container)
      .filter(({ mountPath }) => placed(mountPath) === '/')
      .map(() => 'a mount over everything'),
    ...mountsOf(container)
      .filter((mount) => !['None', undefined].includes(mount['mountPropagation'] as string | undefined))
      .map(() => 'mountPropagation'),
    ...((container['ports'] ?? []) as Json[])
      .filter((port) => port['hostPort'] || port['hostIP'])
      .map(() => 'hostPort'),
  ];
  if (before === undefined) {
    return [
      ...general,
      ...is(ofOurs.test(name), 'is no container of this job'),
      ...brokenByOwn(container),
    ].map((what) => `${name}: ${what}`);
  }
  return [...general, ...brokenByOurs(container, before), ...brokenByProgram(container, pod)].map(
    (what) => `${name}: ${what}`,
  );
}

const controlMounts = (container: Container): VolumeMount[] =>
  mountsOf(container).filter(
    ({ name, mountPath }) =>
      name.startsWith('control-') || isIn(placed(mountPath), control) || placed(mountPath) === '/',
  );

const brokenByOwn = (container: Container): string[] =>
  controlMounts(container).map(() => 'a control directory');

function brokenByOurs(container: Container, before: Container): string[] {
  const fixed = [
    ...['command', 'args', 'image', 'imagePullPolicy', 'terminationMessagePolicy', 'terminationMessagePath'],
    ...[
      'lifecycle',
      'livenessProbe',
      'startupProbe',
      'readinessProbe',
      'restartPolicy',
      'restartPolicyRules',
    ],
    ...['stdin', 'stdinOnce', 'tty', 'volumeDevices'],
  ];
  const at = (path: string) => (each: Container) =>
    mountsOf(each).filter(({ mountPath }) => placed(mountPath) === path);
  return [
    ...fixed.filter((field) => !same(container[field], before[field])).map((field) => `${field} is not ours`),
    ...is(!same(controlMounts(container), controlMounts(before)), 'the control directory is not ours'),
    ...(container.name.startsWith('svc-')
      ? []
      : ['/builds', '/cache'].flatMap((path) =>
          is(!same(at(path)(container), at(path)(before)), `${path} is not ours`),
        )),
    ...mountsOf(container)
      .filter(({ mountPath }) => ['/proc', '/sys', '/dev'].some((place) => isIn(placed(mountPath), place)))
      .filter(({ mountPath }) => placed(mountPath) !== '/dev/shm')
      .map(({ mountPath }) => `covers ${mountPath}`),
    ...mountsOf(container)
      .filter((mount) => mount['subPathExpr'] !== undefined)
      .map(() => 'subPathExpr'),
    ...is(
      isIn(placed((container['workingDir'] ?? '/') as string), control),
      'works in the control directory',
    ),
  ];
}

/** Names that are known to load programs; the code knows more of them. */
const loading = /^(LD_|GIT_|BASH_ENV$|ENV$|PATH$|IFS$|XDG_|TMPDIR$|OPENSSL_)/;

function brokenByProgram(container: Container, pod: PodManifest): string[] {
  const { name } = container;
  const env = (container['env'] ?? []) as { name: string; value?: string; valueFrom?: Json }[];
  const values = env.map(({ value = '' }) => value);
  if (name === 'build') {
    return values.filter(
      (value, index) =>
        /^(LD_|BASH_ENV|ENV$)/.test(env[index]!.name) && /^\/(builds|cache|tmp)\//.test(value),
    );
  }
  if (name !== 'helper') return [];
  const written = writtenByJob(pod);
  return [
    ...env.filter((each) => loading.test(each.name)).map((each) => each.name),
    ...is(
      env.filter((each) => each.name === 'HOME').some(({ value }) => value !== `${control}/home`),
      'HOME',
    ),
    ...values.filter((value) => /^\/(builds|cache)\b/.test(value)),
    ...is(container['envFrom'] !== undefined, 'envFrom'),
    ...mountsOf(container)
      .filter((mount) => written.has(mount.name) && !['/builds', '/cache'].includes(mount.mountPath))
      .map((mount) => `mounts ${mount.name}, which the job writes`),
    ...mountsOf(container)
      .filter(({ mountPath }) => ['/bin', '/usr', '/usr/bin', '/lib', '/etc'].includes(placed(mountPath)))
      .map(({ mountPath }) => `hides ${mountPath}`),
  ];
}

function writtenByJob(pod: PodManifest): ReadonlySet<string> {
  const spec = specOf(pod);
  const sealed = new Set(
    spec.volumes
      .filter((volume) =>
        ['configMap', 'secret', 'image', 'projected', 'downwardAPI'].some((kind) => kind in volume),
      )
      .map(({ name }) => name),
  );
  const mounts = spec.containers
    .filter(({ name }) => name === 'build' || name.startsWith('svc-'))
    .flatMap(mountsOf)
    .filter((mount) => mount['readOnly'] !== true && !sealed.has(mount.name));
  return new Set(mounts.map(({ name }) => name));
}

/** Pod Security's "restricted" takes these. */
const kinds = new Set([
  ...[
    'configMap',
    'csi',
    'downwardAPI',
    'emptyDir',
    'ephemeral',
    'image',
    'persistentVolumeClaim',
    'projected',
    'secret',
  ],
]);

function brokenByVolumes(volumes: readonly Json[], containers: readonly Container[]): string[] {
  return volumes.flatMap((volume) => {
    const name = String(volume['name']);
    const users = containers.filter((each) => mountsOf(each).some((mount) => mount.name === name));
    const kind = Object.keys(volume).find((field) => field !== 'name') ?? 'emptyDir';
    const sources =
      kind === 'projected' ? ((volume[kind] as Json)['sources'] as Json[] | undefined) : undefined;
    const isToken =
      sources?.some((source) => 'serviceAccountToken' in source || 'podCertificate' in source) === true;
    const isJobs = ['workspace', 'cache'].includes(name);
    return [
      ...is(!kinds.has(kind), `volume ${name} is a ${kind}`),
      ...is(isJobs && !['emptyDir', 'ephemeral'].includes(kind), `${name} is not the job's alone`),
      ...is(name.startsWith('control-') && users.length > 1, `${name} has two users`),
      ...is(isToken && users.some((each) => ofOurs.test(each.name)), `${name} gives a token to the job`),
      ...is(
        isJobs && users.some((each) => each.name.startsWith('svc-') && writes(each, name)),
        `a service writes to ${name}`,
      ),
    ];
  });
}

const writes = (container: Container, volume: string): boolean =>
  mountsOf(container).some((mount) => mount.name === volume && mount['readOnly'] !== true);

const mountsOf = (container: Container): VolumeMount[] => (container['volumeMounts'] ?? []) as VolumeMount[];

const placed = (path: string): string => posix.resolve('/', path);

const isIn = (path: string, place: string): boolean => path === place || path.startsWith(`${place}/`);
