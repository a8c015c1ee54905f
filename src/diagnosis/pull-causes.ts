// Why images do not come, as data: the words of kubelets, containerd, CRI-O and registries, what they mean, whose it is to fix, and
// what to do next. pull-failure.ts finds the row of a container.
import type { SystemFailureCode } from '../outcome/system-failure.ts';

export type PullKind =
  | 'not-found'
  | 'denied'
  | 'invalid-name'
  | 'never-pulled'
  | 'unsigned'
  | 'wrong-platform'
  | 'old-format'
  | 'unknown-host'
  | 'untrusted'
  | 'plain-http'
  | 'rate-limit'
  | 'name-service'
  | 'registry'
  | 'disk'
  | 'node';

interface PullCause {
  /**
   * - `final`: trying again with the same pull policy changes nothing.
   * - `when-repeated`: the same, once the kubelet's second try ends so too.
   * - `passing`: the kubelet's own retries may succeed.
   */
  readonly lasts: 'final' | 'when-repeated' | 'passing';
  /** `image`: whoever chose it; an author's is a build failure. `cluster`: a system failure, whoever chose the image. */
  readonly fault: 'image' | 'cluster';
  readonly code: SystemFailureCode;
  /** Goes on after "The image NAME of the build container"; `HOST` is its registry's. */
  readonly is: string;
  readonly author: string;
  /** Said to everybody. */
  readonly operator?: string;
  /** Said in place of both to the operator who chose the image. */
  readonly chooser?: string;
}

/** What the operator looks at who chose an image that does not come. */
export const chosenByOperator =
  'check the image in the policy (`helper_image`, `default_image`, `pod_template`), and `image_pull_secrets`.';

const ofImage = { lasts: 'final', fault: 'image', code: 'image-registry' } as const;
const ofNodes = { lasts: 'final', fault: 'cluster', code: 'image-registry' } as const;
const passing = { lasts: 'passing', fault: 'cluster', code: 'image-registry' } as const;

export const pullCauses: Readonly<Record<PullKind, PullCause>> = {
  'not-found': {
    ...ofImage,
    is: 'does not exist.',
    author: 'Check its name and tag for typing errors.',
  },
  denied: {
    ...ofImage,
    is: 'could not be pulled: the registry refuses access, or the image does not exist.',
    author: 'Check its name, and the credentials for it.',
  },
  'invalid-name': {
    ...ofImage,
    is: 'has a name that the cluster cannot read.',
    author: 'Check its spelling.',
  },
  'never-pulled': {
    ...ofImage,
    is: 'is not on the node, and the pull policy `never` forbids to pull it.',
    author: "Use another pull policy, or ask the runner's operator to put the image there.",
  },
  unsigned: {
    ...ofImage,
    is: "has no signature that the cluster's nodes accept.",
    author: "Use an image that is signed, or ask the runner's operator which are.",
  },
  'wrong-platform': {
    ...ofImage,
    is: "has no build for the processor of the job's node.",
    author:
      'Use an image with a build for it, or add one to yours (`docker buildx build --platform linux/amd64,linux/arm64`).',
    chooser:
      'name an image for the processors of the nodes, or choose nodes by the label `kubernetes.io/arch` (`pod_template.spec.nodeSelector` in the policy).',
  },
  'old-format': {
    ...ofImage,
    is: "has a manifest in an old format (schema 1), which the node's container runtime no longer reads.",
    author:
      'Use a newer tag, or push it again: `skopeo copy --format v2s2 docker://OLD docker://NEW` converts it.',
  },
  'unknown-host': {
    ...ofImage,
    lasts: 'when-repeated',
    is: 'could not be pulled: there is no registry HOST, says the DNS of the node.',
    author: 'Check for typing errors in HOST.',
    operator: "if the host is right, look at the nodes' DNS.",
  },
  untrusted: {
    ...ofNodes,
    is: "could not be pulled: the node does not trust the registry's certificate.",
    author:
      "Ask the runner's operator to let the nodes trust HOST; the job's own settings do not reach them.",
    operator:
      "give the nodes' container runtime the registry's authority (containerd: `certs.d/HOST/hosts.toml`; CRI-O: `/etc/containers/certs.d/HOST/ca.crt`), or renew the certificate.",
  },
  'plain-http': {
    ...ofNodes,
    is: 'could not be pulled: its registry does not speak HTTPS at this address.',
    author: 'Check host and port of the name.',
    operator:
      "serve the registry by HTTPS, or let the nodes' container runtime speak HTTP to it (containerd: `certs.d/HOST/hosts.toml`; CRI-O: `insecure` in registries.conf).",
  },
  'rate-limit': {
    ...passing,
    is: 'could not be pulled, because its registry limits how often it is asked.',
    author:
      'Retry the job later, or give it credentials: most registries count by account (DOCKER_AUTH_CONFIG).',
    operator: 'a pull-through mirror, or an account in `image_pull_secrets`, avoids this.',
  },
  'name-service': {
    ...passing,
    is: "could not be pulled, because the node's DNS does not find a host that it needs.",
    author: 'Retry the job later.',
    operator: "look at the DNS of the nodes, and at the registry's mirrors.",
  },
  registry: {
    ...passing,
    is: 'could not be pulled, because its registry did not answer as it should.',
    author: 'Retry the job later.',
    operator: 'look at the registry and at the way to it.',
  },
  disk: {
    ...passing,
    code: 'disk-full',
    is: "could not be pulled, because the disk of the job's node is full.",
    author: 'Retry the job: another node may have room.',
    operator: 'make room for images on that node, or let its kubelet remove unused ones earlier.',
  },
  node: {
    ...passing,
    code: 'not-ready',
    is: "could not be pulled, because the pod's node has trouble.",
    author: 'Retry the job.',
    operator: 'look at that node.',
  },
};

/** By the kubelet's reason alone, whatever the words. */
export const reasonKinds: ReadonlyMap<string, PullKind> = new Map<string, PullKind>([
  ['InvalidImageName', 'invalid-name'],
  ['ErrImageNeverPull', 'never-pulled'],
  ['SignatureValidationFailed', 'unsigned'],
  ['ImageInspectError', 'node'],
]);

/**
 * The more telling words first; what is none of these may pass. They are looked for in what is left of a message without names
 * (withoutNames in pull-failure.ts); `manifest schema 1` stands for that format's media types.
 */
export const pullWords: readonly (readonly [messagePattern: RegExp, kind: PullKind])[] = [
  [/no space left on device|disk quota exceeded/i, 'disk'],
  [/input output error|layer not known|pull QPS exceeded/i, 'node'],
  [/toomanyrequests|too many requests|rate limit|\b429\b/i, 'rate-limit'],
  [/\b50[0-4]\b/, 'registry'],
  [/\bx509:|failed to verify certificate/i, 'untrusted'],
  [
    /server gave HTTP response to HTTPS client|first record does not look like a TLS handshake/i,
    'plain-http',
  ],
  [/manifest schema 1/, 'old-format'],
  [
    /no match for platform in manifest|no image found in (?:image index|manifest list)|no matching manifest for/i,
    'wrong-platform',
  ],
  [/no such host|server misbehaving|name resolution|\blookup\b.*(?:timeout|refused)/i, 'name-service'],
  [/dial tcp|handshake|timeout|timed out|deadline|connection re(?:fused|set)|canceled/i, 'registry'],
  [
    /denied|unauthorized|authentication required|no basic auth|authorization failed|forbidden|\b40[13]\b/i,
    'denied',
  ],
  [/not found|manifest unknown|name unknown|does not exist|\b404\b/i, 'not-found'],
];
