// Why a container waits, as kubelets of Kubernetes 1.30 to 1.36 say it, and what that means for a job. Sources: pkg/kubelet
// of Kubernetes, images/types.go, kuberuntime/kuberuntime_container.go, container/sync_result.go, kubelet_pods.go.

/**
 * - `progress`: all is well, and takes its time.
 * - `image`: an image did not come; whose fault that is stands in its words (pull-failure).
 * - `start`: the runtime refused the container; whose fault that is stands in its words (start-failure).
 * - `node`: the kubelet's own managers of processors, memory and devices failed.
 * - `template`: only a container or hook that `pod_template` brings can be in it.
 * - `pull-secret`: the kubelet cannot read a pull secret, and pulls no image of the pod until it can.
 * - `unknown`: a newer kubelet's, or any error of an old one's: its text becomes the reason.
 */
export type ReasonKind = 'progress' | 'image' | 'start' | 'node' | 'template' | 'pull-secret' | 'unknown';

const known = new Map<string, ReasonKind>([
  ['', 'progress'],
  ['ContainerCreating', 'progress'],
  ['PodInitializing', 'progress'],
  ['ErrImagePull', 'image'],
  ['ImagePullBackOff', 'image'],
  ['InvalidImageName', 'image'],
  ['ErrImageNeverPull', 'image'],
  ['RegistryUnavailable', 'image'],
  ['SignatureValidationFailed', 'image'],
  ['ImageInspectError', 'image'],
  ['CreateContainerConfigError', 'start'],
  ['CreateContainerError', 'start'],
  ['RunContainerError', 'start'],
  // Of containers that are over, by containerd and by Docker.
  ['StartError', 'start'],
  ['ContainerCannotRun', 'start'],
  ['PreCreateHookError', 'node'],
  ['PreStartHookError', 'node'],
  ['PostStartHookError', 'template'],
  ['CrashLoopBackOff', 'template'],
]);

/** What decoding a Secret of type kubernetes.io/dockerconfigjson can fail with (pkg/credentialprovider, Go's encoding/json). */
const unreadableSecret =
  /^(illegal base64 data at input byte|unable to parse auth field|json: cannot unmarshal|invalid character '|unexpected end of JSON input)/;

export function kindOfReason(reason: string): ReasonKind {
  return known.get(reason) ?? (unreadableSecret.test(reason) ? 'pull-secret' : 'unknown');
}
