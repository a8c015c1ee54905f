// Every kind of volume, and whether a pod_template may bring one; as pod-fields.ts.

import { breaks } from '../promises.ts';
import { type FieldDecision, free, refused } from './template-pod-fields.ts';

const ofTheNode = refused(
  breaks(
    'nobodyOutside',
    "is mounted by the node's own drivers, and hardly one of them maps ids. Use a persistentVolumeClaim or ephemeral volume on the same storage",
  ),
);
const runsOnNode = refused(
  breaks('nobodyOutside', 'runs a program of the node as its root. Use another kind of volume'),
);

export const volumeFields: Readonly<Record<string, FieldDecision>> = {
  awsElasticBlockStore: ofTheNode,
  azureDisk: ofTheNode,
  azureFile: ofTheNode,
  cephfs: ofTheNode,
  cinder: ofTheNode,
  configMap: free,
  csi: free,
  downwardAPI: free,
  emptyDir: free,
  ephemeral: free,
  fc: ofTheNode,
  flexVolume: runsOnNode,
  flocker: ofTheNode,
  gcePersistentDisk: ofTheNode,
  gitRepo: runsOnNode,
  glusterfs: ofTheNode,
  hostPath: refused(
    breaks(
      'nobodyOutside',
      "is refused whatever the namespace allows: through an id-mapped mount the pod's root writes as root of the node. Use a persistentVolumeClaim or ephemeral volume",
    ),
  ),
  image: free,
  iscsi: ofTheNode,
  name: free,
  nfs: ofTheNode,
  persistentVolumeClaim: free,
  photonPersistentDisk: ofTheNode,
  portworxVolume: ofTheNode,
  projected: free,
  quobyte: ofTheNode,
  rbd: ofTheNode,
  scaleIO: ofTheNode,
  secret: free,
  storageos: ofTheNode,
  vsphereVolume: ofTheNode,
};

/** What nobody in the pod can write, whatever the mount says. */
export const readOnlyKinds: ReadonlySet<string> = new Set([
  'configMap',
  'downwardAPI',
  'image',
  'projected',
  'secret',
]);

/** A new one for each pod. */
export const privateKinds: ReadonlySet<string> = new Set(['emptyDir', 'ephemeral']);
