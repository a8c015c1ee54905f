// Every field of a PodSpec, and whether a pod_template may set it. A field that is not in this list is refused: it is newer
// than the last look at what it could undo (test/pod/template/schema/template-pod-fields.test.ts holds the list against the schema).
import { breaks } from '../promises.ts';

/** null: it may be set. Else why it may not, and what to do instead. */
export type FieldDecision = (value: unknown) => string | null;

export const free: FieldDecision = () => null;
export const refused =
  (message: string): FieldDecision =>
  () =>
    message;
/** The value that is ours already may be written down. */
const only =
  (value: boolean, message: string): FieldDecision =>
  (written) =>
    written === value ? null : message;

/** Their pods are the last that a node in need evicts, and push others away. */
const systemClasses = new Set(['system-cluster-critical', 'system-node-critical']);

export const podFields: Readonly<Record<string, FieldDecision>> = {
  activeDeadlineSeconds: refused("is the executor's: it follows the job's timeout"),
  affinity: free,
  automountServiceAccountToken: only(
    false,
    breaks(
      'noToken',
      'may only be false. Mount a projected volume in the container of your own that needs a token',
    ),
  ),
  // Each container: container-fields.ts.
  containers: free,
  dnsConfig: free,
  dnsPolicy: free,
  enableServiceLinks: free,
  ephemeralContainers: refused('cannot be part of a new pod'),
  hostAliases: free,
  hostIPC: only(
    false,
    breaks('userNamespace', 'may only be false: it cannot go together with a user namespace'),
  ),
  hostNetwork: only(
    false,
    breaks('apart', 'may only be false: in the network of the node a job reaches what the node reaches'),
  ),
  hostPID: only(
    false,
    breaks('userNamespace', 'may only be false: it cannot go together with a user namespace'),
  ),
  hostUsers: refused(breaks('userNamespace', "is the executor's: it is false for every job")),
  hostname: free,
  hostnameOverride: free,
  imagePullSecrets: free,
  initContainers: free,
  nodeName: refused('would pass by the scheduler: use nodeSelector or affinity'),
  nodeSelector: free,
  os: refused('is not supported: only Linux has user namespaces'),
  overhead: refused('is set by the cluster from the RuntimeClass: name that in runtimeClassName'),
  preemptionPolicy: free,
  priority: refused('is set by the cluster from the PriorityClass: name that in priorityClassName'),
  priorityClassName: (value) =>
    systemClasses.has(String(value))
      ? breaks(
          'itselfOnly',
          `is \`${String(value)}\`, whose pods push others from a node that is full; name a class of your own`,
        )
      : null,
  readinessGates: free,
  resourceClaims: free,
  resources: free,
  restartPolicy: refused(breaks('startedOnce', "is the executor's: a job's containers run once")),
  runtimeClassName: free,
  schedulerName: free,
  schedulingGates: free,
  schedulingGroup: refused('puts pods of different jobs into one group that starts as a whole; leave it out'),
  // Each field: src/security/security-fields.ts.
  securityContext: free,
  serviceAccount: refused('is the old name of serviceAccountName; write that'),
  serviceAccountName: free,
  setHostnameAsFQDN: free,
  shareProcessNamespace: refused(
    breaks('processes', "is the executor's: containers of one process namespace can take each other's files"),
  ),
  subdomain: free,
  terminationGracePeriodSeconds: free,
  tolerations: free,
  topologySpreadConstraints: free,
  // Each kind: volume-kinds.ts.
  volumes: free,
};
