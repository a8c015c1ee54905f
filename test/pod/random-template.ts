// Random pod templates, made from the schema itself: any field may stand in them, with values of which most are fine and some
// are what somebody would try. Whether one loads is checkPodPolicy's to say.
import fc from 'fast-check';
import { type FieldType, fieldNames, fieldType } from '../../src/pod/template/schema/schema.ts';

type Value = fc.Arbitrary<unknown>;

const of = (...values: readonly unknown[]): Value => fc.constantFrom(...values);

const volumeNames = [
  'workspace',
  'cache',
  'control-build',
  'control-helper',
  'tmp-helper',
  'data',
  'tools',
  'more',
];
const containerNames = ['build', 'helper', 'svc-0', 'svc-1', 'init-workspace', 'proxy', 'warm', 'svc-01'];

const places = [
  ...[
    '/builds',
    '/builds/',
    '/builds/team',
    '/cache',
    '/cache/x',
    '/data',
    '/srv/tools',
    '/opt/tools/bin',
    '/tmp',
  ],
  ...[
    '/.gitlab-pod-executor',
    '/.gitlab-pod-executor/bin',
    '/x/../.gitlab-pod-executor',
    '//.gitlab-pod-executor/./home',
  ],
  ...[
    '/',
    '/bin',
    '/usr',
    '/usr/bin',
    '/usr/bin/git',
    '/usr/local/bin',
    '/lib',
    '/etc',
    '/etc/ssl/certs',
    '/etc/gitconfig',
  ],
  ...[
    '/proc',
    '/proc/self/uid_map',
    '/sys',
    '/dev/shm',
    '/dev/null',
    '/var/lib/data',
    'relative',
    '/a/./b/..',
  ],
];

const variables = [
  ...[
    'LD_PRELOAD',
    'LD_LIBRARY_PATH',
    'BASH_ENV',
    'ENV',
    'PATH',
    'HOME',
    'GIT_SSH_COMMAND',
    'GIT_CONFIG_GLOBAL',
    'IFS',
  ],
  ...[
    'XDG_CONFIG_HOME',
    'OPENSSL_CONF',
    'TMPDIR',
    'TZ',
    'LANG',
    'HTTPS_PROXY',
    'SSL_CERT_FILE',
    'GOPROXY',
    'A',
  ],
];

const amounts = of('100m', '1', 2, '64Mi', '512Mi', '4Gi', '8Gi', 4, '0', '1e3', '12 GB', '500m');
const resourceList = fc.dictionary(
  of('cpu', 'memory', 'ephemeral-storage', 'mem', 'nvidia.com/gpu', 'hugepages-2Mi') as fc.Arbitrary<string>,
  amounts,
  { maxKeys: 2 },
);
const names = of('ci', 'my-app', 'a.b', 'x', 'Team', 'a_b');
const labels = fc.dictionary(
  of(
    'team',
    'example.com/cost',
    'app.kubernetes.io/managed-by',
    'gitlab-pod-executor/job-id',
    'x',
  ) as fc.Arbitrary<string>,
  of('ci', '$CI_JOB_ID', '1.0', 'a b', ''),
  { maxKeys: 2 },
);
const annotations = fc.dictionary(
  of(
    'note',
    'example.com/cost',
    'io.kubernetes.cri-o.userns-mode',
    'container.apparmor.security.beta.kubernetes.io/build',
    'gitlab-pod-executor/deadline',
    'cdi.k8s.io/x',
  ) as fc.Arbitrary<string>,
  of('low', 'a b', 'unconfined'),
  { maxKeys: 2 },
);
const files = of('a', 'a/b', 'ca.crt', '../x', '/x', '..y');

/** Where any text would be refused, or few are interesting: by `Type.field`, or by the field alone. */
const hints: Readonly<Record<string, Value>> = {
  'Container.name': of(...containerNames),
  'Container.image': of('proxy:1', 'registry.example.org/tool:2'),
  'Container.workingDir': of('/builds', '/builds/group/project', '/srv', 'here'),
  'Container.terminationMessagePath': of('/dev/termination-log', '/.gitlab-pod-executor/ready'),
  'Container.restartPolicy': of('Always', 'Never', 'OnFailure'),
  'ContainerPort.name': of('http', 'HTTP', 'a--b'),
  'ContainerRestartRule.action': of('Restart', 'RestartAllContainers'),
  'ContainerRestartRuleOnExitCodes.operator': of('In', 'NotIn'),
  'ContainerResizePolicy.resourceName': of('cpu', 'memory'),
  'ContainerResizePolicy.restartPolicy': of('NotRequired', 'RestartContainer'),
  'ContainerPort.containerPort': of(80, 8080, 0, 70_000),
  'EmptyDirVolumeSource.medium': of('', 'Memory', 'Disk'),
  'EnvVar.name': of(...variables),
  'EnvVar.value': of(
    'x',
    '/builds/lib.so',
    '/usr/lib/lib.so',
    '',
    'lib:/x',
    'https://proxy.example.org:3128',
  ),
  'FileKeySelector.volumeName': of(...volumeNames),
  'HostAlias.ip': of('10.0.0.1', '127.0.0.1', '::1', '999.1.1.1', '010.0.0.1'),
  'HostAlias.hostnames': of('gitlab.example.org', 'db', 'A_B'),
  'KeyToPath.path': files,
  'DownwardAPIVolumeFile.path': files,
  'ServiceAccountTokenProjection.path': files,
  'ServiceAccountTokenProjection.expirationSeconds': of(600, 3600, 5),
  'ClusterTrustBundleProjection.path': files,
  'PodCertificateProjection.keyType': of('ED25519', 'RSA'),
  'PodCertificateProjection.signerName': of('example.com/signer'),
  'ClusterTrustBundleProjection.signerName': of('example.com/signer'),
  'ClusterTrustBundleProjection.name': of('bundle', 'example.com:signer:b'),
  'LabelSelector.matchLabels': labels,
  'LabelSelectorRequirement.operator': of('In', 'NotIn', 'Exists', 'DoesNotExist'),
  'NodeSelectorRequirement.values': of('a', '5'),
  'ObjectFieldSelector.fieldPath': of(
    'metadata.name',
    'status.podIP',
    "metadata.labels['team']",
    'spec.containers',
    "metadata.annotations['gitlab-pod-executor/job']",
  ),
  'ObjectFieldSelector.apiVersion': of('v1'),
  'ObjectMeta.labels': labels,
  'ObjectMeta.annotations': annotations,
  'PersistentVolumeClaimSpec.resources': of(
    { requests: { storage: '10Gi' } },
    { requests: { storage: 10 } },
    {},
  ),
  'PodDNSConfig.nameservers': of('10.0.0.10', '2001:db8::1', 'dns'),
  'PodDNSConfig.searches': of('example.org', 'svc.cluster.local.', '_tcp.example.org', 'A b'),
  'PodSpec.dnsPolicy': of('ClusterFirst', 'Default', 'None', 'ClusterFirstWithHostNet'),
  'PodSpec.nodeSelector': labels,
  'PodSpec.priorityClassName': of('ci', 'system-node-critical'),
  'PodSpec.terminationGracePeriodSeconds': of(0, 2, 30),
  'ResourceFieldSelector.resource': of('limits.cpu', 'requests.memory', 'cpu'),
  'ResourceFieldSelector.divisor': of('1', '1Mi', '1m'),
  'ResourceFieldSelector.containerName': of('build', 'proxy'),
  'ResourceClaim.name': names,
  'ResourceRequirements.limits': resourceList,
  'ResourceRequirements.requests': resourceList,
  'Sysctl.name': of('net.core.somaxconn', 'kernel.shm_rmid_forced', 'Bad Name'),
  'TopologySpreadConstraint.topologyKey': of('kubernetes.io/hostname'),
  'TopologySpreadConstraint.maxSkew': of(1, 0),
  'TopologySpreadConstraint.minDomains': of(1, 2),
  'PodAffinityTerm.topologyKey': of('kubernetes.io/hostname'),
  'Toleration.key': of('ci', 'example.com/ci', ''),
  'Toleration.value': of('yes', '', 'a b'),
  'Volume.name': of(...volumeNames),
  'VolumeDevice.name': of(...volumeNames),
  'VolumeMount.mountPath': of(...places),
  'VolumeMount.name': of(...volumeNames),
  'VolumeMount.subPath': of('a', 'a/b', '../b', ''),
  'VolumeMount.subPathExpr': of('$(HOME)', 'a'),
  'VolumeMount.recursiveReadOnly': of('Disabled', 'Enabled', 'IfPossible'),
  securityContext: of(
    {},
    { runAsNonRoot: true },
    { readOnlyRootFilesystem: true },
    { privileged: true },
    { seccompProfile: { type: 'Unconfined' } },
  ),
  key: of('ci', 'example.com/zone', 'a b'),
  port: of(80, 'http', 0, '80'),
  seconds: of(0, 1, 2, 60),
  weight: of(1, 100, 0),
  defaultMode: of(0o400, 420, 0o1000),
  mode: of(0o400, 0o777, 1000),
};

/** Values that the types alone allow. */
function plain({ of: type, allowed }: FieldType): Value {
  if (allowed !== null) return of(...allowed, ...(allowed.length > 9 ? [] : [allowed[0]?.toLowerCase()]));
  switch (type) {
    case 'string':
      return names;
    case 'boolean':
      return of(true, false);
    case 'quantity':
      return amounts;
    case 'intOrString':
      return of(80, 'http');
    case 'object':
      return of({});
    default:
      return of(1, 2, 30, 0, -1);
  }
}

/** One of several kinds: most templates that name two of them are mistakes. */
const oneOfKind = new Set([
  'Volume',
  'VolumeProjection',
  'EnvVarSource',
  'EnvFromSource',
  'LifecycleHandler',
  'Probe',
  'PodResourceClaim',
]);

/** Fields beside the needed ones, by depth: deeper ones multiply. */
const maxFields = [4, 4, 4, 2, 1, 1];

function objectOf(type: string, depth: number): fc.Arbitrary<Record<string, unknown>> {
  const fields = fieldNames(type) ?? [];
  const isNeeded = (field: string): boolean => fieldType(type, field)?.isRequired === true;
  const needed = fields.filter(isNeeded);
  const others = fields.filter((field) => !isNeeded(field));
  const most = oneOfKind.has(type) ? 1 : (maxFields[depth] ?? 0);
  const least = oneOfKind.has(type) ? 1 : 0;
  return fc
    .shuffledSubarray(others, {
      minLength: Math.min(least, others.length),
      maxLength: Math.min(most, others.length),
    })
    .chain((chosen) =>
      fc.record(
        Object.fromEntries([...needed, ...chosen].map((field) => [field, fieldOf(type, field, depth)])),
      ),
    );
}

function fieldOf(type: string, field: string, depth: number): Value {
  const wanted = fieldType(type, field);
  if (wanted === null) throw new Error(`${type} has no field ${field}`);
  const hint = hints[`${type}.${field}`] ?? hints[field];
  const isWhole = hint !== undefined && (wanted.shape === 'map' || fieldNames(wanted.of) !== null);
  if (hint !== undefined && isWhole) return hint;
  const one = hint ?? (fieldNames(wanted.of) === null ? plain(wanted) : objectOf(wanted.of, depth + 1));
  switch (wanted.shape) {
    case 'one':
      return one;
    case 'list':
      return fc.array(one, { minLength: 1, maxLength: depth < 3 ? 2 : 1 });
    case 'map':
      return fc.dictionary(names as fc.Arbitrary<string>, one, { maxKeys: 2 });
  }
}

/** Containers and volumes are where most can be broken: they are made apart, often. */
export const randomTemplate: fc.Arbitrary<Record<string, unknown>> = fc
  .record(
    {
      metadata: objectOf('ObjectMeta', 1),
      spec: fc
        .record({
          rest: objectOf('PodSpec', 1),
          containers: fc.uniqueArray(objectOf('Container', 2), {
            maxLength: 3,
            selector: ({ name }) => name,
          }),
          volumes: fc.uniqueArray(objectOf('Volume', 2), { maxLength: 3, selector: ({ name }) => name }),
          isWhole: fc.boolean(),
        })
        .map(({ rest, containers, volumes, isWhole }) =>
          isWhole ? { ...rest, containers, volumes } : { containers, volumes },
        ),
    },
    { requiredKeys: [] },
  )
  .map((template) => structuredClone(template));
