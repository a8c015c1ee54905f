// Volumes: in GitLab's executor each is in every container, in the helper too; here in build, and never in the helper, which trusts
// nothing that a job can write.
import { buildsDirectory, cacheDirectory } from '../../layout/paths.ts';
import type { KeyPath } from '../../policy/problem.ts';
import { appendValue, type Draft, valueAt } from '../draft.ts';
import type { Row, Take } from './row.ts';
import { hasVariables } from './takes.ts';

type Fields = Readonly<Record<string, unknown>>;
type Source = (fields: Fields) => Fields;

/** Where one claim would be that of all jobs. The helper reads the cache with the job's token at hand. */
const sharedPlaces: Readonly<Record<string, string>> = {
  [cacheDirectory]: `A volume at ${cacheDirectory} is not taken over: what one job leaves there, others would run. Caches go to object storage, by \`[runners.cache]\`; those of one project may also last on a volume, by \`lasting_workspaces\` of the policy.`,
  [buildsDirectory]: `A volume at ${buildsDirectory} is not taken over: what one job leaves there, others would run. \`lasting_workspaces\` of the policy keeps the workspaces of a project on volumes that only its own jobs get (docs/lasting-workspaces.md).`,
};

/** A whole sentence; null: it is taken over. */
function whyLeftOut({ name, mount_path }: Fields): string | null {
  if (hasVariables(name))
    return `\`${String(name)}\` refers to variables, which are not filled in here; write the volume yourself.`;
  if (typeof mount_path !== 'string' || mount_path === '')
    return `\`${String(name)}\` has no \`mount_path\`, without which no job of GitLab's executor starts either.`;
  return sharedPlaces[mount_path.replace(/(?<=.)\/+$/, '')] ?? null;
}

const inBuild = 'It is mounted in the build container, and in no other.';

function volume(kind: string, source: Source, isReadOnly: boolean): Take {
  return ({ key, value, draft }) => {
    const leftOut = new Set<string>();
    for (const [index, fields] of (value as readonly Fields[]).entries()) {
      const { mount_path, sub_path, read_only, mount_propagation } = fields;
      const why = whyLeftOut(fields);
      if (why !== null) {
        leftOut.add(why);
        continue;
      }
      const volumeName = `${kind.replace('_', '-')}-${index}`;
      appendValue(draft, ['pod_template', 'spec', 'volumes'], { name: volumeName, ...source(fields) }, key);
      appendValue(
        draft,
        [...buildPath(draft, key), 'volumeMounts'],
        {
          name: volumeName,
          mountPath: mount_path,
          ...(sub_path ? { subPath: sub_path } : {}),
          ...(read_only === true || isReadOnly ? { readOnly: true } : {}),
          ...(mount_propagation ? { mountPropagation: mount_propagation } : {}),
        },
        key,
      );
    }
    return leftOut.size === 0 ? undefined : { verdict: 'different', says: [...leftOut].join(' ') };
  };
}

/** Where the template says something of build; made where it is missing. */
function buildPath(draft: Draft, origin: string): KeyPath {
  const path = ['pod_template', 'spec', 'containers'];
  const list = valueAt(draft.policy, path);
  const containers = Array.isArray(list) ? (list as Fields[]) : [];
  const index = containers.findIndex(({ name }) => name === 'build');
  if (index < 0) appendValue(draft, path, { name: 'build' }, origin);
  return [...path, index < 0 ? containers.length : index];
}

const defined = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''));

const items = ({ items: written }: Fields): Fields =>
  written === undefined
    ? {}
    : { items: Object.entries(written as Fields).map(([key, path]) => ({ key, path })) };

const row = (kind: string, source: Source, says: string, isReadOnly = false): Row => ({
  section: 'kubernetes',
  keys: [`volumes.${kind}`, `volumes.${kind}.*`],
  verdict: 'pod_template',
  becomes: 'pod_template.spec.volumes',
  says,
  take: volume(kind, source, isReadOnly),
});

export const volumeRows: readonly Row[] = [
  {
    section: 'kubernetes',
    keys: ['volumes.host_path', 'volumes.host_path.*'],
    verdict: 'different',
    becomes: '',
    says: "Nothing of a node is mounted: root in a pod would write as root on the node through the id-mapped mount. Use a PersistentVolumeClaim, a ConfigMap, an `emptyDir`, GitLab's cache, or build without the Docker socket (docs/build-images.md).",
  },
  row(
    'pvc',
    ({ name, read_only }) => ({
      persistentVolumeClaim: { claimName: name, ...(read_only === true ? { readOnly: true } : {}) },
    }),
    `${inBuild} All jobs share it: \`check --lint\` says so. For workspaces and caches of a project there is \`lasting_workspaces\`.`,
  ),
  row('config_map', (fields) => ({ configMap: { name: fields['name'], ...items(fields) } }), inBuild, true),
  row(
    'secret',
    (fields) => ({ secret: { secretName: fields['name'], ...items(fields) } }),
    `${inBuild} Every job can read it.`,
    true,
  ),
  row(
    'empty_dir',
    ({ medium, size_limit }) => ({ emptyDir: defined({ medium, sizeLimit: size_limit }) }),
    inBuild,
  ),
  row(
    'csi',
    ({ driver, fs_type, volume_attributes, read_only }) => ({
      csi: {
        ...defined({ driver, fsType: fs_type, readOnly: read_only }),
        ...(volume_attributes === undefined ? {} : { volumeAttributes: volume_attributes }),
      },
    }),
    inBuild,
  ),
  {
    section: 'kubernetes',
    keys: ['volumes.nfs', 'volumes.nfs.*'],
    verdict: 'different',
    becomes: '',
    says: "It is mounted by the node's own driver, which does not map ids: root in a pod would be root on the server. Use a PersistentVolumeClaim on the same storage.",
  },
];

export const otherVolumeRows: readonly Row[] = [
  {
    section: 'kubernetes',
    keys: ['logs_base_dir', 'scripts_base_dir'],
    verdict: 'none',
    becomes: '',
    says: 'Scripts and logs lie in a volume of the executor that no other container sees; there is nothing to set.',
  },
  {
    section: 'kubernetes',
    keys: ['suspend_pvc_size', 'suspend_pvc_storage_class'],
    verdict: 'none',
    becomes: '',
    says: 'Environments that are suspended need native steps, which GitLab Runner does not have for custom executors.',
  },
];
