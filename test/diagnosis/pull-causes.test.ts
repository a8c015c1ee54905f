import { describe, expect, it } from 'vitest';
import { type PullKind, pullCauses, pullWords, reasonKinds } from '../../src/diagnosis/pull-causes.ts';
import { explainPullFailure, findPullFailure, type PullFailure } from '../../src/diagnosis/pull-failure.ts';
import { BuildFailure } from '../../src/outcome/build-failure.ts';
import { podOf, waiting } from '../stage/pod-fixture.ts';

const rpc = 'rpc error: code = Unknown desc = ';
/** containerd's frame around the words of a resolver, and of an unpacker. */
const resolving = (image: string, words: string): string =>
  `${rpc}failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${words}`;
const unpacking = (image: string, words: string): string =>
  `${rpc}failed to pull and unpack image "${image}": ${words}`;
const v1 = 'application/vnd.docker.distribution.manifest.v1+prettyjws';

/** Whose words they are; where people reported them: github.com/SOURCE. */
const seen: readonly (readonly [kind: PullKind, source: string, image: string, message: string])[] = [
  [
    'wrong-platform',
    'FoundationDB/fdb-kubernetes-operator/issues/2294 (containerd)',
    'docker.io/foundationdb/fdb-kubernetes-operator:v2.6.0',
    'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/foundationdb/fdb-kubernetes-operator:v2.6.0": no match for platform in manifest: not found',
  ],
  [
    'wrong-platform',
    'cri-o/cri-o/issues/6457 (CRI-O)',
    'quay.io/example/app:1',
    `${rpc}choosing image instance: no image found in manifest list for architecture amd64, variant "", OS linux`,
  ],
  [
    'wrong-platform',
    'containers/image, manifest/oci_index.go (CRI-O 1.30 and newer)',
    'quay.io/example/app:1',
    'unable to pull image or OCI artifact: pull image err: copying system image from manifest list: choosing image from manifest list docker://quay.io/example/app:1: no image found in image index for architecture "arm64", variant "v8", OS "linux"',
  ],
  [
    'wrong-platform',
    'cilium/image-tools/issues/61 (cri-dockerd)',
    'docker.io/cilium/startup-script:af2a',
    `${rpc}no matching manifest for linux/arm/v7 in the manifest list entries`,
  ],
  [
    'old-format',
    'ovh/cds/issues/7735 (containerd 2.1)',
    'docker.io/bobrik/socat:latest',
    unpacking(
      'docker.io/bobrik/socat:latest',
      `not implemented: media type "${v1}" is no longer supported since containerd v2.1, please rebuild the image as "application/vnd.docker.distribution.manifest.v2+json" or "application/vnd.oci.image.manifest.v1+json"`,
    ),
  ],
  [
    'old-format',
    'moby/moby/issues/44521 (containerd 1.6)',
    'quay.io/goswagger/swagger:0.7.4',
    `${rpc}${v1} not supported`,
  ],
  [
    'disk',
    'kubernetes-sigs/kind/issues/1413 (containerd)',
    'docker.io/library/foobar:latest',
    unpacking(
      'docker.io/library/foobar:latest',
      'failed to extract layer sha256:3f09: write /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/26/fs/opt/zing-jdk.tar.gz: no space left on device: unknown',
    ),
  ],
  [
    'disk',
    'podman-container-tools/podman/issues/14858 (as CRI-O: containers/image)',
    'icr.io/ibmz/tensorflow:1.0',
    `${rpc}writing blob: storing blob to file "/var/tmp/storage1234/1": write /var/tmp/storage1234/1: no space left on device`,
  ],
  [
    'untrusted',
    'Go, crypto/x509 (containerd)',
    'registry.example.org/a:1',
    resolving(
      'registry.example.org/a:1',
      'failed to do request: Head "https://registry.example.org/v2/a/manifests/1": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ),
  ],
  [
    'untrusted',
    'Go, crypto/x509 (CRI-O)',
    'registry.example.org/a:1',
    `${rpc}pinging container registry registry.example.org: Get "https://registry.example.org/v2/": x509: certificate has expired or is not yet valid: current time 2026-11-28T10:00:00Z is after 2026-11-01T00:00:00Z`,
  ],
  [
    'plain-http',
    'containerd/cri/issues/1433 (containerd)',
    '184.73.131.126:5000/nginx:latest',
    resolving(
      '184.73.131.126:5000/nginx:latest',
      'failed to do request: Head https://184.73.131.126:5000/v2/nginx/manifests/latest: http: server gave HTTP response to HTTPS client',
    ),
  ],
  [
    'plain-http',
    'cri-o/cri-o/issues/5415 (CRI-O)',
    'local-repo:4000/etcd:1',
    `${rpc}error pinging local-repo:4000: Get "https://local-repo:4000/v2/": http: server gave HTTP response to HTTPS client`,
  ],
  [
    'plain-http',
    'Go, crypto/tls (containerd)',
    'registry.example.org:80/a:1',
    resolving(
      'registry.example.org:80/a:1',
      'failed to do request: Head "https://registry.example.org:80/v2/a/manifests/1": tls: first record does not look like a TLS handshake',
    ),
  ],
  [
    'unknown-host',
    'Go, net (containerd)',
    'regsitry.example.org/a:1',
    resolving(
      'regsitry.example.org/a:1',
      'failed to do request: Head "https://regsitry.example.org/v2/a/manifests/1": dial tcp: lookup regsitry.example.org on 10.96.0.10:53: no such host',
    ),
  ],
  [
    'unknown-host',
    'Go, net (CRI-O)',
    'regsitry.example.org:5000/a:1',
    `${rpc}pinging container registry regsitry.example.org:5000: Get "https://regsitry.example.org:5000/v2/": dial tcp: lookup regsitry.example.org: no such host`,
  ],
  [
    'name-service',
    'Go, net: the host of a mirror, or that a registry leads to',
    'docker.io/library/ruby:3',
    resolving(
      'docker.io/library/ruby:3',
      'failed to do request: Head "https://registry-1.docker.io/v2/library/ruby/manifests/3": dial tcp: lookup registry-1.docker.io on 10.96.0.10:53: no such host',
    ),
  ],
  [
    'name-service',
    'Go, net: SERVFAIL',
    'registry.example.org/a:1',
    resolving(
      'registry.example.org/a:1',
      'failed to do request: Head "https://registry.example.org/v2/a/manifests/1": dial tcp: lookup registry.example.org on 10.96.0.10:53: server misbehaving',
    ),
  ],
  [
    'name-service',
    'Go, net: no answer',
    'registry.example.org/a:1',
    resolving(
      'registry.example.org/a:1',
      'failed to do request: Head "https://registry.example.org/v2/a/manifests/1": dial tcp: lookup registry.example.org on 10.96.0.10:53: read udp 10.0.0.5:51132->10.96.0.10:53: i/o timeout',
    ),
  ],
  [
    'name-service',
    'Go, net: no DNS server',
    'registry.example.org/a:1',
    resolving(
      'registry.example.org/a:1',
      'failed to do request: Head "https://registry.example.org/v2/a/manifests/1": dial tcp: lookup registry.example.org on [::1]:53: read udp [::1]:48520->[::1]:53: read: connection refused',
    ),
  ],
  [
    'name-service',
    'cri-o/cri-o/issues/2331 (CRI-O)',
    'registry.example.org/a:1',
    `${rpc}error pinging docker registry registry.example.org: Get "https://registry.example.org/v2/": dial tcp: lookup registry.example.org: Temporary failure in name resolution`,
  ],
  [
    'rate-limit',
    'Docker Hub (containerd)',
    'docker.io/library/ruby:3',
    resolving(
      'docker.io/library/ruby:3',
      'unexpected status from HEAD request to https://registry-1.docker.io/v2/library/ruby/manifests/3: 429 Too Many Requests',
    ),
  ],
  [
    'rate-limit',
    'Docker Hub (CRI-O)',
    'docker.io/library/ruby:3',
    `${rpc}reading manifest 3 in docker.io/library/ruby: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit`,
  ],
  ['node', 'kubelet, images/image_manager.go', 'a.example/b:1', 'pull QPS exceeded'],
  [
    'node',
    'Go, syscall (containerd)',
    'a.example/b:1',
    unpacking(
      'a.example/b:1',
      'failed to extract layer sha256:1: read /var/lib/containerd/x: input/output error: unknown',
    ),
  ],
  [
    'registry',
    'containers/image (CRI-O)',
    'a.example/b:1',
    `${rpc}reading manifest 1 in a.example/b: received unexpected HTTP status: 503 Service Unavailable`,
  ],
  [
    'registry',
    'Go, net (containerd)',
    'a.example/b:1',
    resolving(
      'a.example/b:1',
      'failed to do request: Head "https://a.example/v2/": dial tcp 10.0.0.1:443: connect: connection refused',
    ),
  ],
  [
    'denied',
    'Docker Hub (containerd)',
    'docker.io/nope/nope:1',
    resolving(
      'docker.io/nope/nope:1',
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    ),
  ],
  [
    'not-found',
    'registries (CRI-O)',
    'a.example/b:1',
    'initializing source docker://a.example/b:1: reading manifest 1 in a.example/b: manifest unknown',
  ],
];

function failureOf(image: string, message: string, reason = 'ErrImagePull'): PullFailure {
  const pod = podOf({ build: waiting(reason, message) });
  const found = findPullFailure({ ...pod, spec: { containers: [{ name: 'build', image }] } });
  if (found === null) throw new Error('no failure found');
  return found;
}

describe('pullCauses', () => {
  // @promise start: an image has no build for the node's processor, or an old manifest format — build failure at once, with what to write
  // @promise start: the node's disk is full, or a registry limits pulls — waited for, then a system failure that says so
  it.each(seen)('takes for %s what was said in %s', (kind, _, image, message) => {
    expect(failureOf(image, message).kind).toBe(kind);
    // The kubelet repeats it while it waits.
    expect(
      failureOf(image, `Back-off pulling image "${image}": ErrImagePull: ${message}`, 'ImagePullBackOff')
        .kind,
    ).toBe(kind);
  });

  it('every row of words, and every kind, was seen in the words of some runtime', () => {
    const kinds = new Set([...seen.map(([kind]) => kind), ...reasonKinds.values()]);
    expect(Object.keys(pullCauses).filter((kind) => !kinds.has(kind as PullKind))).toEqual([]);
    expect(
      pullWords.filter(
        ([pattern, kind]) =>
          !seen.some(
            ([seenKind, , , text]) =>
              seenKind === kind &&
              pattern.test(text.replaceAll(v1, 'manifest schema 1').replace('input/output', 'input output')),
          ),
      ),
    ).toEqual([]);
  });

  it.each(seen)('%s has one outcome: %s', (kind, _, image, message) => {
    const ofAuthor = explainPullFailure(failureOf(image, message), {
      chosenBy: 'author',
      credentials: 'None.',
      isRegistryNamed: false,
    });
    const ofOperator = explainPullFailure(failureOf(image, message), { chosenBy: 'operator' });
    expect(ofAuthor instanceof BuildFailure).toBe(pullCauses[kind].fault === 'image');
    expect(ofOperator.name).toBe('SystemFailure');
    for (const { parts } of [ofAuthor, ofOperator])
      expect(JSON.stringify({ ...parts, why: '' })).not.toMatch(/\bHOST\b|undefined/);
    expect(ofAuthor.parts.author).toMatch(/\.$/);
    expect(ofOperator.parts.operator).toMatch(/^[a-z`].*\.$/);
  });

  it.each([
    [
      'regsitry.example.org/a:1',
      'dial tcp: lookup regsitry.example.org on 10.96.0.10:53: no such host',
      "The image regsitry.example.org/a:1 of the build container could not be pulled: there is no registry regsitry.example.org, says the DNS of the node. The registry or node said: dial tcp: lookup regsitry.example.org on 10.96.0.10:53: no such host. Check for typing errors in regsitry.example.org. Operators: if the host is right, look at the nodes' DNS.",
    ],
    [
      'a.example:5000/$&/b:1',
      'x509: certificate signed by unknown authority',
      "The image a.example:5000/$&/b:1 of the build container could not be pulled: the node does not trust the registry's certificate. The registry or node said: x509: certificate signed by unknown authority. Ask the runner's operator to let the nodes trust a.example:5000; the job's own settings do not reach them. Operators: give the nodes' container runtime the registry's authority (containerd: `certs.d/a.example:5000/hosts.toml`; CRI-O: `/etc/containers/certs.d/a.example:5000/ca.crt`), or renew the certificate.",
    ],
  ])('names the host of %s', (image, words, text) => {
    const ofAuthor = { chosenBy: 'author', credentials: '', isRegistryNamed: false } as const;
    expect(explainPullFailure(failureOf(image, words), ofAuthor).message).toBe(text);
  });

  it('blames no author for a registry that the policy names, and that the DNS does not find', () => {
    const failed = failureOf('a.example/b:1', 'dial tcp: lookup a.example on 10.96.0.10:53: no such host');
    const context = { chosenBy: 'author', credentials: '', isRegistryNamed: true } as const;
    expect(failed.kind).toBe('unknown-host');
    expect(explainPullFailure(failed, context)).toMatchObject({
      name: 'SystemFailure',
      message: expect.stringMatching(/DNS does not find a host .* Retry the job later\./),
    });
  });

  // What an author may call an image must not decide whose fault its failure is.
  it.each([
    [
      'registry',
      'a.example/x509:/b:1',
      'failed to do request: Head "https://a.example/v2/x509:/b": dial tcp 10.0.0.1:443: i/o timeout',
    ],
    ['not-found', 'docker.io/no-space-left/on-device:1', 'docker.io/no-space-left/on-device:1: not found'],
    ['name-service', 'a.example/b:1', 'dial tcp: lookup b.example on 10.96.0.10:53: no such host'],
    [
      'not-found',
      'a.example/manifest/schema:1',
      'reading manifest schema in a.example/manifest/schema: manifest unknown',
    ],
  ] as const)('sees %s through the name %s', (kind, image, message) => {
    expect(failureOf(image, message).kind).toBe(kind);
  });
});
