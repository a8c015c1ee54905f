import { describe, expect, it } from 'vitest';
import type { Pod } from '../../src/cluster/cluster.ts';
import { describeWaiting, explainStartFailure, isUnschedulable } from '../../src/diagnosis/start-failure.ts';
import {
  incompleteImageExitCode,
  unprovenExitCode,
  unwritableExitCode,
} from '../../src/layout/exit-codes.ts';
import { creating, ended, pendingPod, podOf, unscheduled, waiting } from '../stage/pod-fixture.ts';

function verdict(pod: Pod) {
  const failure = explainStartFailure(pod);
  return failure && [failure.name, failure.code, failure.message];
}

const runc = (program: string): string =>
  `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "${program}": executable file not found in $PATH: unknown`;
const crun = (program: string): string =>
  `container create failed: executable file \`${program}\` not found in $PATH: No such file or directory`;

describe('explainStartFailure', () => {
  it.each([
    ['all runs', podOf()],
    ['containers are made', pendingPod()],
    ['an image is pulled', podOf({ build: waiting('ErrImagePull', 'not found') })],
    [
      'a service crashed, whatever its code',
      podOf({ 'svc-0': ended(unprovenExitCode), 'svc-1': ended(incompleteImageExitCode), 'svc-2': ended(1) }),
    ],
    ['an init container has done its work', podOf({}, { init: { 'init-workspace': ended(0, 'Completed') } })],
    ['build ended by a code that is not ours', podOf({ build: ended(1) })],
  ])('finds none when %s', (_, pod) => {
    expect(explainStartFailure(pod)).toBeNull();
  });

  it.each([
    ['containerd and runc', waiting('RunContainerError', runc('sh')), runc('sh')],
    ['containerd and runc, after the try', ended(128, 'StartError', runc('sh')), runc('sh')],
    ['CRI-O and crun', waiting('CreateContainerError', crun('sh')), crun('sh')],
    [
      'an absolute path',
      waiting('RunContainerError', 'exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown'),
      'exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown',
    ],
  ])('blames an image without a shell (%s)', (_, state, said) => {
    expect(verdict(podOf({ build: state }))).toEqual([
      'BuildFailure',
      'image-unusable',
      `The build container cannot start: its image lacks the program that it starts with. The node said: ${said}. GitLab jobs need an image with a shell; choose one that has \`sh\`.`,
    ]);
  });

  it("blames a service's entrypoint that is not there", () => {
    expect(verdict(podOf({ 'svc-0': ended(128, 'StartError', runc('start-db')) }))).toEqual([
      'BuildFailure',
      'image-unusable',
      `The service svc-0:1 (services[0]) cannot start: its image lacks the program that it starts with. The node said: ${runc('start-db')}. Check its entrypoint and command.`,
    ]);
  });

  // Sources of the words: cri-o/cri-o/issues/1347; runc, libcontainer/init_linux.go; crun, src/libcrun.
  it.each([
    ["the container's own log", ended(255, 'Error', 'exec /bin/sh: exec format error\n')],
    ['containerd and runc', ended(128, 'StartError', 'exec: "sh": exec format error: unknown')],
    [
      'CRI-O and crun',
      waiting('CreateContainerError', 'container create failed: exec /bin/sh: Exec format error'),
    ],
  ])('blames an image for another processor, by %s', (_, state) => {
    const said = state?.terminated?.message ?? state?.waiting?.message ?? '';
    expect(verdict(podOf({ build: state }))).toEqual([
      'BuildFailure',
      'image-unusable',
      `The image of the build container is made for another kind of processor than the job's node has. The node said: ${said.trim()}. Use an image with a build for it, or add one to yours (\`docker buildx build --platform linux/amd64,linux/arm64\`).`,
    ]);
    expect(verdict(podOf({ helper: state }))).toEqual([
      'SystemFailure',
      'helper-incomplete',
      `The image of the helper container is made for another kind of processor than the job's node has. The node said: ${said.trim()}. Operators: name an image for the processors of the nodes, or choose nodes by the label \`kubernetes.io/arch\` (\`pod_template.spec.nodeSelector\` in the policy).`,
    ]);
  });

  it.each([
    [
      'the helper',
      podOf({
        helper: ended(
          unprovenExitCode,
          'Error',
          'gitlab-pod-executor: this pod has no user namespace of its own: /proc/self/uid_map reads "0 0 4294967295 ;"\n',
        ),
      }),
      'gitlab-pod-executor: this pod has no user namespace of its own: /proc/self/uid_map reads "0 0 4294967295 ;".',
    ],
    [
      'the init container',
      podOf({}, { init: { 'init-user-namespace': ended(unprovenExitCode) } }),
      'process 1 found none.',
    ],
  ])('reports that there is no user namespace when %s says so', (_, pod, why) => {
    const [name, code, message] = verdict(pod) ?? [];
    expect([name, code]).toEqual(['SystemFailure', 'user-namespace']);
    expect(message).toContain(`so no job runs in it: ${why} Operators: the cluster needs`);
  });

  it('blames an image that has too little to run a job', () => {
    const said = 'gitlab-pod-executor: this image has no sleep or no mkdir: no job can run in it';
    expect(verdict(podOf({ build: ended(incompleteImageExitCode, 'Error', `${said}\n`) }))).toEqual([
      'BuildFailure',
      'image-unusable',
      `The build container cannot run a job: ${said}. Use an image that has them.`,
    ]);
  });

  it('knows an image that has too little by the exit code, whatever the words', () => {
    expect(verdict(podOf({ build: ended(incompleteImageExitCode) }))?.slice(0, 2)).toEqual([
      'BuildFailure',
      'image-unusable',
    ]);
    const words = 'this image has no room';
    expect(verdict(podOf({ build: ended(unwritableExitCode, 'Error', words) }))?.[0]).toBe('SystemFailure');
  });

  it('has no reason where the node gives none', () => {
    const failure = explainStartFailure(podOf({ build: waiting('RunContainerError') }));
    expect(failure?.parts.why).toBeUndefined();
  });

  it.each([
    ['build', unwritableExitCode, 'not-ready', 'gitlab-pod-executor: cannot write to /.gitlab-pod-executor'],
    [
      'helper',
      incompleteImageExitCode,
      'helper-incomplete',
      'gitlab-pod-executor: this image has no sleep or no mkdir: no job can run in it',
    ],
  ])('does not blame the job for what its operator chose: %s, %i', (container, exitCode, code, said) => {
    expect(verdict(podOf({ [container]: ended(exitCode, 'Error', said) }))).toEqual([
      'SystemFailure',
      code,
      `The ${container} container cannot do its work: ${said}. Operators: check \`helper_image\`, \`pod_template\` and the security contexts of the policy.`,
    ]);
  });

  it.each([
    'failed to create containerd container: cannot load seccomp profile "/var/lib/kubelet/seccomp/a/b.json": open /var/lib/kubelet/seccomp/a/b.json: no such file or directory',
    'setup seccomp: unable to load local profile "/var/lib/kubelet/seccomp/a/b.json": open /var/lib/kubelet/seccomp/a/b.json: no such file or directory',
  ])('does not blame the image for a seccomp file that its node lacks: %s', (said) => {
    for (const container of ['build', 'svc-0']) {
      const [name, code, message] =
        verdict(podOf({ [container]: waiting('CreateContainerError', said) })) ?? [];
      expect([name, code]).toEqual(['SystemFailure', 'not-ready']);
      expect(message).toContain('cannot start: its node has no such seccomp file. The node said: ');
      expect(message).toContain('`seccompProfile.localhostProfile` of the policy names on every node');
    }
  });

  it.each([
    'failed to do idmap to get host ID: container ID 1000650000 cannot be mapped to a host ID',
    'unable to start container process: error during container init: unable to setup user: setgroups: invalid argument',
  ])('reports an id that no user namespace has: %s', (said) => {
    const [name, code, message] = verdict(podOf({ build: waiting('RunContainerError', said) })) ?? [];
    expect([name, code]).toEqual(['SystemFailure', 'user-namespace']);
    expect(message).toContain("those do not exist in a pod's user namespace. Check `runAsUser`");
  });

  it.each([
    [
      'CreateContainerConfigError',
      'container has runAsNonRoot and image will run as root (pod: "job-1_ci(uid)", container: build)',
    ],
    ['CreateContainerConfigError', 'secret "missing" not found'],
    [
      'CreateContainerError',
      'error mounting "/var/lib" to rootfs at "/x": mount /var/lib:/x: invalid argument',
    ],
    ['RunContainerError', 'unable to apply apparmor profile: apparmor failed to apply profile'],
  ])('leaves the rest to operators: %s: %s', (reason, said) => {
    expect(verdict(podOf({ build: waiting(reason, said) }))).toEqual([
      'SystemFailure',
      'not-ready',
      `The build container cannot start (${reason}). The node said: ${said}. Operators: check \`pod_template\` and the security contexts of the policy, and the node.`,
    ]);
  });

  it.each([
    'context deadline exceeded',
    'failed to reserve container name "build_job-1_ci_0": name "build_job-1_ci_0" is reserved for "4f2a"',
    'failed to sync configmap cache: timed out waiting for the condition',
  ])('waits for a node under load: %s', (said) => {
    for (const reason of ['CreateContainerError', 'CreateContainerConfigError'])
      expect(verdict(podOf({ build: waiting(reason, said) }))).toBeNull();
  });

  it('takes no name that an author chose for a missing seccomp file', () => {
    const said =
      'exec: "cannot load seccomp profile "x": open x": stat cannot load seccomp profile "x": open x: no such file or directory';
    expect(verdict(podOf({ 'svc-0': waiting('RunContainerError', said) }))?.[1]).toBe('image-unusable');
  });

  it('takes no name that an author chose for a lack of the node', () => {
    expect(
      verdict(podOf({ 'svc-0': waiting('RunContainerError', crun('idmap-setgroups-userns')) }))?.[1],
    ).toBe('image-unusable');
  });

  it('lets no control character through', () => {
    const pod = podOf({ build: waiting('RunContainerError', '\u001b[0Ksection_end:1:x\r\n\u009b2J') });
    expect(verdict(pod)?.[2]).toMatch(/^[^\u0000-\u001f\u007f-\u009f]+$/);
  });
});

describe('describeWaiting', () => {
  it.each([
    ['all runs', podOf(), null],
    ['containers are made', podOf({ build: creating, helper: waiting('PodInitializing') }), null],
    ['nothing is known yet', { ...podOf(), status: {} }, null],
    [
      'no node has room',
      pendingPod(
        unscheduled(
          '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
        ),
      ),
      'no node has room for the pod yet: 0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
    ],
    [
      'the scheduler says no more than a reason',
      pendingPod({ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] }),
      'no node has room for the pod yet: SchedulingGated',
    ],
    [
      'an image is pulled again later',
      podOf({ build: waiting('ImagePullBackOff', 'Back-off pulling image "ruby:3.4"') }),
      'build: ImagePullBackOff (Back-off pulling image "ruby:3.4")',
    ],
    [
      'an error without a name is reason and message both',
      podOf({ build: waiting('illegal base64 data at input byte 3', 'illegal base64 data at input byte 3') }),
      'build: illegal base64 data at input byte 3',
    ],
    [
      'a reason has no message',
      podOf({ 'svc-0': waiting('CrashLoopBackOff') }),
      'services[0]: CrashLoopBackOff',
    ],
    [
      'an init container waits',
      podOf({}, { init: { 'init-workspace': waiting('ErrImagePull', 'x') } }),
      'init-workspace: ErrImagePull (x)',
    ],
    [
      'the cluster sends control characters',
      podOf({ build: waiting('\u001b[31m', 'a\r\nb') }),
      'build: ?[31m (a? b)',
    ],
  ])('says when %s', (_, pod, words) => {
    expect(describeWaiting(pod)).toBe(words);
  });
});

describe('isUnschedulable', () => {
  it.each([
    [true, pendingPod(unscheduled('0/3 nodes are available'))],
    [false, pendingPod({ conditions: [{ type: 'PodScheduled', status: 'True' }] })],
    [false, { ...podOf(), status: {} }],
  ])('says %s by the condition of the scheduler', (expected, pod) => {
    expect(isUnschedulable(pod)).toBe(expected);
  });
});
