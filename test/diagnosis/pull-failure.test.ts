import { describe, expect, it } from 'vitest';
import {
  explainPullFailure,
  findPullFailure,
  lasts,
  type PullFailure,
  withCause,
} from '../../src/diagnosis/pull-failure.ts';
import { creating, pendingPod, podOf, waiting } from '../stage/pod-fixture.ts';

const find = (reason: string, message?: string): PullFailure | null =>
  findPullFailure(podOf({ build: waiting(reason, message) }));

const rpc = 'rpc error: code = NotFound desc = ';
const resolving = (name: string): string =>
  `failed to pull and unpack image "${name}": failed to resolve reference "${name}": `;

describe('findPullFailure', () => {
  it.each([
    ['all runs', podOf()],
    ['containers are made', pendingPod()],
    [
      'a container cannot start for another reason',
      podOf({ build: waiting('CreateContainerError', 'not found') }),
    ],
    ['nothing is known yet', { ...podOf(), status: {} }],
  ])('finds none when %s', (_, pod) => {
    expect(findPullFailure(pod)).toBeNull();
  });

  // Words of containerd 2, CRI-O 1.34, Docker Hub, GitLab's, GitHub's and Google's registries.
  it.each([
    ['not-found', `${rpc}${resolving('docker.io/library/nope:1')}docker.io/library/nope:1: not found`],
    [
      'not-found',
      'unable to pull image or OCI artifact: pull image err: initializing source docker://registry.example.org/group/app:nope: reading manifest nope in registry.example.org/group/app: manifest unknown',
    ],
    [
      'not-found',
      'initializing source docker://quay.io/nope/nope:latest: reading manifest latest in quay.io/nope/nope: name unknown: repository not found',
    ],
    [
      'denied',
      `rpc error: code = Unknown desc = ${resolving('docker.io/nope/nope:latest')}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
    ],
    [
      'denied',
      `${resolving('registry.example.org/a:1')}failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://registry.example.org/token: 401 Unauthorized`,
    ],
    [
      'denied',
      'initializing source docker://nope:latest: reading manifest latest in docker.io/library/nope: requested access to the resource is denied',
    ],
    [
      'denied',
      `${resolving('gcr.io/p/a:1')}unexpected status from HEAD request to https://gcr.io/v2/p/a/manifests/1: 403 Forbidden`,
    ],
    ['denied', 'Head "https://registry.example.org/v2/a/manifests/1": no basic auth credentials'],
    [
      'registry',
      `${resolving('docker.io/library/ruby:3')}failed to do request: Head "https://registry-1.docker.io/v2/": dial tcp 10.0.0.1:443: i/o timeout`,
    ],
    [
      'registry',
      'failed to do request: Head "https://registry.example.org/v2/": dial tcp 10.0.0.1:443: connect: connection refused',
    ],
    ['registry', 'Get "https://registry.example.org/v2/": net/http: TLS handshake timeout'],
    [
      'rate-limit',
      'toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: access denied until then',
    ],
    ['registry', 'unexpected status code [manifests 1]: 503 Service Unavailable'],
    [
      'registry',
      'failed to copy: httpReadSeeker: failed open: unexpected status from GET request to https://registry.example.org/v2/blobs: 500 Internal Server Error: denied by upstream',
    ],
    ['registry', 'unexpected EOF'],
    ['registry', ''],
    ['node', 'pull QPS exceeded'],
  ] as const)('knows %s by what was said: %s', (kind, message) => {
    expect(find('ErrImagePull', message)).toEqual({
      container: 'build',
      image: 'docker.io/library/ruby:3.4',
      message: message.trim(),
      kind,
      isBackingOff: false,
    });
  });

  it.each([
    [
      'invalid-name',
      'InvalidImageName',
      'Failed to apply default image tag "Ruby": couldn\'t parse image reference "Ruby": invalid reference format: repository name must be lowercase',
    ],
    [
      'never-pulled',
      'ErrImageNeverPull',
      'Container image "ruby:3.4" is not present with pull policy of Never',
    ],
    [
      'unsigned',
      'SignatureValidationFailed',
      'Source image rejected: A signature was required, but no signature exists',
    ],
    [
      'registry',
      'RegistryUnavailable',
      'image pull failed for ruby:3.4 because the registry is unavailable.',
    ],
    [
      'not-found',
      'ImagePullBackOff',
      'Back-off pulling image "nope:1": ErrImagePull: rpc error: code = NotFound desc = docker.io/library/nope:1: not found',
    ],
    ['registry', 'ImagePullBackOff', 'Back-off pulling image "ruby:3.4"'],
    [
      'node',
      'ImageInspectError',
      'Failed to inspect image "ruby:3.4": rpc error: code = Unknown desc = layer not known',
    ],
  ])('knows %s by the reason %s', (kind, reason, message) => {
    expect(find(reason, message)?.kind).toBe(kind);
  });

  // What an author may call an image must not decide whose fault its failure is.
  it.each([
    ['not-found', `${resolving('docker.io/tools/timeout:429')}docker.io/tools/timeout:429: not found`],
    [
      'not-found',
      `${resolving('docker.io/library/handshake:503')}docker.io/library/handshake:503: not found`,
    ],
    ['not-found', 'reading manifest 500 in registry.example.org/denied/forbidden: manifest unknown'],
    ['not-found', 'reading manifest toomanyrequests in docker.io/library/nope: manifest unknown'],
    [
      'registry',
      `${resolving('docker.io/denied/not-found:404')}failed to do request: dial tcp 10.0.0.1:443: i/o timeout`,
    ],
    ['registry', 'reading manifest 404 in registry.example.org/unauthorized: unexpected EOF'],
    [
      'denied',
      'initializing source docker://deadline:canceled: reading manifest canceled in docker.io/library/deadline: requested access to the resource is denied',
    ],
  ])('sees through deceptive names: %s', (kind, message) => {
    expect(find('ErrImagePull', message)?.kind).toBe(kind);
  });

  it('reports a final failure before one that may pass', () => {
    const pod = podOf({
      build: creating,
      helper: waiting('ErrImagePull', 'i/o timeout'),
      'svc-0': waiting('ErrImagePull', 'manifest unknown'),
    });
    expect(findPullFailure(pod)).toMatchObject({ container: 'svc-0', image: 'svc-0:1', kind: 'not-found' });
  });

  it('names a service by its place in the job', () => {
    const failure = findPullFailure(podOf({ 'svc-1': waiting('ErrImagePull', 'manifest unknown') }))!;
    const { message } = explainPullFailure(failure, {
      chosenBy: 'author',
      credentials: '',
      isRegistryNamed: false,
    });
    expect(message).toMatch(/^The image svc-1:1 of services\[1\] does not exist\./);
  });

  it('looks at init containers too', () => {
    const pod = podOf({}, { init: { 'init-workspace': waiting('ErrImagePull', 'manifest unknown') } });
    expect(findPullFailure(pod)).toMatchObject({ container: 'init-workspace', image: 'helper:19' });
  });

  it("takes the runtime's name for an image that we did not ask for", () => {
    const pod = podOf({ build: waiting('ErrImagePull') });
    expect(findPullFailure({ ...pod, spec: {} })?.image).toBe('sha256:build');
  });

  it('lets no control character through, of name or message', () => {
    const pod = podOf({ build: waiting('ErrImagePull', 'a\u001b[2J\r\nsection_end:1:x\u202e') });
    const hostile = { ...pod, spec: { containers: [{ name: 'build', image: 'x\u001b[0K\n:\u0007' }] } };
    expect(findPullFailure(hostile)).toMatchObject({ message: 'a?[2J? section_end:1:x?', image: 'x?[0K :?' });
  });
});

describe('withCause', () => {
  const cause = 'dial tcp: lookup nope.example on 10.96.0.10:53: no such host';
  const before = find('ErrImagePull', cause);

  it('keeps the cause while a kubelet before 1.32 says only that it waits', () => {
    const silent = find('ImagePullBackOff', 'Back-off pulling image "nope.example/a:1"');
    expect(silent && withCause(silent, before)).toEqual({ ...before, isBackingOff: true });
  });

  it.each([
    ['new words', find('ErrImagePull', 'manifest unknown')],
    [
      'words of a wait that names its cause',
      find('ImagePullBackOff', 'Back-off pulling image "a": ErrImagePull: x'),
    ],
    ['another container', findPullFailure(podOf({ helper: waiting('ImagePullBackOff') }))],
  ])('takes %s as they are', (_, failure) => {
    expect(failure && withCause(failure, before)).toBe(failure);
  });
});

describe('explainPullFailure', () => {
  const failure = {
    container: 'build',
    image: 'docker.io/library/ruby:3.4',
    message: 'manifest unknown',
    isBackingOff: false,
  };
  const what = 'The image docker.io/library/ruby:3.4 of the build container';
  const credentials = 'Credentials were taken from the moon.';
  const ofAuthor = { chosenBy: 'author', credentials, isRegistryNamed: false } as const;
  const said = 'The registry or node said: manifest unknown.';

  it.each([
    ['not-found', 'does not exist.', 'Check its name and tag for typing errors.'],
    [
      'denied',
      `could not be pulled: the registry refuses access, or the image does not exist.`,
      `Check its name, and the credentials for it. ${credentials}`,
    ],
    ['invalid-name', 'has a name that the cluster cannot read.', 'Check its spelling.'],
    [
      'never-pulled',
      'is not on the node, and the pull policy `never` forbids to pull it.',
      "Use another pull policy, or ask the runner's operator to put the image there.",
    ],
    [
      'unsigned',
      "has no signature that the cluster's nodes accept.",
      "Use an image that is signed, or ask the runner's operator which are.",
    ],
  ] as const)('tells an author %s', (kind, words, advice) => {
    expect(explainPullFailure({ ...failure, kind }, ofAuthor)).toMatchObject({
      name: 'BuildFailure',
      code: 'image-pull-failed',
      message: `${what} ${words} ${said} ${advice}`,
    });
  });

  it.each([
    ['not-found', 'does not exist.'],
    ['denied', 'could not be pulled: the registry refuses access, or the image does not exist.'],
    ['never-pulled', 'is not on the node, and the pull policy `never` forbids to pull it.'],
  ] as const)('blames no author for what an operator chose: %s', (kind, words) => {
    expect(explainPullFailure({ ...failure, kind }, { chosenBy: 'operator' })).toMatchObject({
      name: 'SystemFailure',
      code: 'image-registry',
      message: `${what} ${words} ${said} Operators: check the image in the policy (\`helper_image\`, \`default_image\`, \`pod_template\`), and \`image_pull_secrets\`.`,
    });
  });

  it.each([
    [
      'registry',
      'image-registry',
      'its registry did not answer as it should.',
      'Retry the job later. Operators: look at the registry and at the way to it.',
    ],
    ['node', 'not-ready', "the pod's node has trouble.", 'Retry the job. Operators: look at that node.'],
  ] as const)('blames nobody for what may pass: %s', (kind, code, words, advice) => {
    expect(lasts({ ...failure, kind })).toBe('passing');
    expect(explainPullFailure({ ...failure, kind }, ofAuthor)).toMatchObject({
      name: 'SystemFailure',
      code,
      message: `${what} could not be pulled, because ${words} ${said} ${advice}`,
    });
  });

  it('says nothing of a registry that said nothing', () => {
    expect(explainPullFailure({ ...failure, message: '', kind: 'invalid-name' }, ofAuthor).message).toMatch(
      /spelling\.$/,
    );
  });
});
