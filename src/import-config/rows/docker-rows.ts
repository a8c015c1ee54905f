// What matters of `[runners.docker]`, for runners that move from Docker to Kubernetes. Images and services: image-rows.ts.
import { setValue } from '../draft.ts';
import type { Row, Take } from './row.ts';
import { always, inSpec, isNothing } from './takes.ts';

/** Docker's units are powers of 1024. */
const units: Readonly<Record<string, string>> = { '': '', b: '', k: 'Ki', m: 'Mi', g: 'Gi' };

const bytes =
  (...path: string[]): Take =>
  ({ key, value, draft }) => {
    if (isNothing(value)) return { says: 'It is empty, which means as much as nothing.' };
    const [, number, unit = ''] = /^(\d+)([bkmg]?)b?$/i.exec(String(value)) ?? [];
    if (number === undefined) return { mistake: 'is not a size of Docker: write one such as 512m or 4g' };
    setValue(draft, path, `${number}${units[unit.toLowerCase()] ?? ''}`, key);
    return undefined;
  };

const cpus =
  (...path: string[]): Take =>
  ({ key, value, draft }) => {
    if (isNothing(value)) return { says: 'It is empty, which means as much as nothing.' };
    if (!/^\d*\.?\d+$/.test(String(value))) return { mistake: 'is not a number of processors' };
    setValue(draft, path, String(value), key);
    return undefined;
  };

const row = (keys: readonly string[], rest: Omit<Row, 'section' | 'keys'>): Row => ({
  section: 'docker',
  keys,
  ...rest,
});

const noPrivilege =
  'Nothing is privileged here. Images are built without it (docs/build-images.md); what needs a device gets it from a device plugin, by `pod_template`.';

const waiting: Take = ({ key, value, draft }) => {
  setValue(draft, ['service_readiness', 'timeout'], `${Math.max(0, Number(value))}s`, key);
  return undefined;
};

const dnsList =
  (field: 'nameservers' | 'searches'): Take =>
  (taken) =>
    inSpec('dnsConfig', field)(taken);

export const dockerRows: readonly Row[] = [
  row(['memory'], {
    verdict: 'same',
    becomes: 'resources.build.limits.memory',
    says: '',
    take: bytes('resources', 'build', 'limits', 'memory'),
  }),
  row(['memory_reservation'], {
    verdict: 'same',
    becomes: 'resources.build.requests.memory',
    says: '',
    take: bytes('resources', 'build', 'requests', 'memory'),
  }),
  row(['cpus'], {
    verdict: 'same',
    becomes: 'resources.build.limits.cpu',
    says: '',
    take: cpus('resources', 'build', 'limits', 'cpu'),
  }),
  row(['service_memory'], {
    verdict: 'same',
    becomes: 'resources.service.limits.memory',
    says: '',
    take: bytes('resources', 'service', 'limits', 'memory'),
  }),
  row(['service_memory_reservation'], {
    verdict: 'same',
    becomes: 'resources.service.requests.memory',
    says: '',
    take: bytes('resources', 'service', 'requests', 'memory'),
  }),
  row(['service_cpus'], {
    verdict: 'same',
    becomes: 'resources.service.limits.cpu',
    says: '',
    take: cpus('resources', 'service', 'limits', 'cpu'),
  }),
  row(['wait_for_services_timeout'], {
    verdict: 'same',
    becomes: 'service_readiness.timeout',
    says: '',
    take: waiting,
  }),
  row(['dns'], {
    verdict: 'pod_template',
    becomes: 'pod_template.spec.dnsConfig.nameservers',
    says: 'Beside those of the cluster.',
    take: dnsList('nameservers'),
  }),
  row(['dns_search'], {
    verdict: 'pod_template',
    becomes: 'pod_template.spec.dnsConfig.searches',
    says: 'Beside those of the cluster.',
    take: dnsList('searches'),
  }),
  row(['privileged', 'services_privileged'], {
    verdict: 'different',
    becomes: '',
    says: noPrivilege,
    take: always(false, { verdict: 'different', says: noPrivilege }),
  }),
  row(['allowed_privileged_images', 'allowed_privileged_services'], {
    verdict: 'none',
    becomes: '',
    says: noPrivilege,
  }),
  row(
    [
      'devices',
      'devices.*',
      'device_cgroup_rules',
      'services_devices',
      'services_devices.*',
      'gpus',
      'service_gpus',
    ],
    {
      verdict: 'profile',
      becomes: 'profiles.NAME.resources',
      says: 'Devices come from a device plugin of the cluster: request them in `resources` of a profile (`nvidia.com/gpu: 1`), and give it to jobs by a rule.',
    },
  ),
  row(
    ['volumes', 'volumes_from', 'volume_driver', 'volume_driver_ops', 'volume_driver_ops.*', 'volume_keep'],
    {
      verdict: 'different',
      becomes: 'pod_template.spec.volumes',
      says: "Nothing of a node is mounted, the Docker socket least of all (docs/build-images.md). What jobs keep for each other is GitLab's cache, on object storage, or a workspace of their project (`lasting_workspaces`); what else jobs need comes from a PersistentVolumeClaim, a ConfigMap or an image.",
    },
  ),
  row(['user'], {
    verdict: 'different',
    becomes: 'default_security_context.runAsUser',
    says: 'Users are numbers here: `runAsUser` and `runAsGroup` of a context.',
  }),
  row(['allowed_users', 'group_add'], {
    verdict: 'different',
    becomes: 'allowed_users',
    says: 'Users are numbers here: `allowed_users`, `allowed_groups`.',
  }),
  row(
    ['cap_add', 'cap_drop', 'security_opt', 'services_security_opt', 'userns_mode', 'sysctls', 'sysctls.*'],
    {
      verdict: 'different',
      becomes: 'enforced_security_context',
      says: 'Every pod has a user namespace of its own, and drops all capabilities but those of `enforced_security_context`; sysctls and profiles for seccomp and AppArmor stand there, too.',
    },
  ),
  row(['extra_hosts'], {
    verdict: 'different',
    becomes: 'pod_template.spec.hostAliases',
    says: 'Write them as `hostAliases` of `pod_template`.',
  }),
  row(['shm_size', 'tmpfs', 'tmpfs.*', 'services_tmpfs', 'services_tmpfs.*'], {
    verdict: 'different',
    becomes: 'pod_template.spec.volumes',
    says: 'An `emptyDir` with `medium: Memory` in `pod_template`, mounted in `build` (for shared memory at /dev/shm).',
  }),
  row(['container_labels', 'container_labels.*'], {
    verdict: 'different',
    becomes: 'pod_template.metadata.labels',
    says: 'Labels of pods stand in `pod_template`.',
  }),
  row(['runtime'], {
    verdict: 'different',
    becomes: 'pod_template.spec.runtimeClassName',
    says: 'A RuntimeClass, in `pod_template`.',
  }),
  row(['hostname'], {
    verdict: 'different',
    becomes: 'pod_template.spec.hostname',
    says: 'In `pod_template`.',
  }),
  row(['cpu_shares', 'service_cpu_shares'], {
    verdict: 'different',
    becomes: 'resources.build.requests.cpu',
    says: 'Processor time is shared out by `requests` of cpu.',
  }),
  row(['disable_entrypoint_overwrite'], {
    verdict: 'different',
    becomes: '',
    says: 'Scripts start beside no entrypoint of the image; services run theirs.',
  }),
  row(['services_limit'], { verdict: 'different', becomes: '', says: 'A job has 32 services at most.' }),
  row(
    [
      ...[
        'memory_swap',
        'cgroup_parent',
        'cpuset_cpus',
        'cpuset_mems',
        'oom_kill_disable',
        'oom_score_adjust',
        'ulimit',
        'ulimit.*',
      ],
      ...[
        'service_memory_swap',
        'service_cgroup_parent',
        'service_slot_cgroup_template',
        'service_cpuset_cpus',
      ],
    ],
    {
      verdict: 'none',
      becomes: '',
      says: 'Kubernetes has no such setting for pods; it belongs to the nodes.',
    },
  ),
  row(
    [
      'network_mode',
      'network_mtu',
      'enable_ipv6',
      'links',
      'mac_address',
      'pid_mode',
      'ipcmode',
      'isolation',
      'log_options',
      'log_options.*',
    ],
    {
      verdict: 'none',
      becomes: '',
      says: 'Each pod has a network, processes and a log of its own, and services are in its network; a NetworkPolicy says what it reaches.',
    },
  ),
  row(['host', 'tls_cert_path', 'tls_verify'], {
    verdict: 'none',
    becomes: 'cluster',
    says: 'There is no Docker daemon: `cluster` says where pods run.',
  }),
  row(['disable_cache', 'cache_dir'], {
    verdict: 'none',
    becomes: '',
    says: 'A job keeps nothing on its node; its cache is on object storage (`[runners.cache]`), or on a volume of its project (`lasting_workspaces` of the policy).',
  }),
];
