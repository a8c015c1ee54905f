// The restricted check of volumes: kinds whose content belongs to the pod or to the cluster, not to the node.
import { type Check, securityFault } from './check.ts';
import { items, plural, quoted, sorted } from './evaluated-pod.ts';

const allowedVolumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

const otherVolumes = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'gitRepo',
  'nfs',
  'iscsi',
  'glusterfs',
  'rbd',
  'flexVolume',
  'cinder',
  'cephfs',
  'flocker',
  'fc',
  'azureFile',
  'vsphereVolume',
  'quobyte',
  'azureDisk',
  'photonPersistentDisk',
  'portworxVolume',
  'scaleIO',
  'storageos',
];

export const restrictedVolumes: Check = {
  id: 'restrictedVolumes',
  evaluate: ({ spec }) => {
    const bad = items(spec['volumes']).filter((volume) => !isAllowedVolume(volume));
    const names = bad.map((volume) => String(volume['name']));
    const kinds = sorted(bad.map((volume) => otherVolumes.find((kind) => volume[kind] != null) ?? 'unknown'));
    const uses = `${plural(names, 'uses', 'use')} ${plural(kinds, 'restricted volume type', 'restricted volume types')}`;
    const detail = `${plural(names, 'volume', 'volumes')} ${quoted(names)} ${uses} ${quoted(kinds)}`;
    return names.length > 0 ? securityFault('restricted volume types', detail) : null;
  },
};

/** A volume that names no kind is an emptyDir: the API server fills that in before it asks. */
function isAllowedVolume(volume: Readonly<Record<string, unknown>>): boolean {
  const kinds = Object.keys(volume).filter((key) => key !== 'name' && volume[key] != null);
  return kinds.length === 0 || kinds.some((kind) => allowedVolumes.includes(kind));
}
