import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ContainerStatus, Pod } from '../../../src/cluster/cluster.ts';
import type { SetupTrouble } from '../../../src/diagnosis/setup-trouble.ts';
import { checkPodReadiness, newWaitState, type WaitState } from '../../../src/stage/prepare/pod-readiness.ts';
import { creating, pendingPod, podIdentity, podOf, waiting } from '../pod-fixture.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());

/** A look each ten seconds, as the kubelet tries; the seconds at which one ended it, and how. */
function look(
  podAt: (seconds: number) => Pod,
  patience: WaitState = newWaitState(),
): readonly [number, string] {
  for (let seconds = 0; seconds <= 200; seconds += 10) {
    try {
      const readiness = checkPodReadiness(
        podAt(seconds),
        { pod: podIdentity, containers: ['build', 'helper'], serviceSeconds: 30 },
        patience,
      );
      if (readiness) return [seconds, readiness.kind];
    } catch (error) {
      return [seconds, (error as Error).message];
    }
    vi.advanceTimersByTime(10_000);
  }
  return [200, 'still waits'];
}

const withBuild = (state: ContainerStatus['state']): Pod => podOf({ build: state, helper: creating });
const before = { conditions: [{ type: 'PodReadyToStartContainers', status: 'False' as const }] };

describe('checkPodReadiness', () => {
  it('waits for what takes its time', () => {
    expect(look(() => pendingPod())).toEqual([200, 'still waits']);
  });

  // @promise start: a container waits for an unknown reason — system failure after 60 s, in the kubelet's words
  it.each(['NewReason', 'PreStartHookError', 'no such runtime'])(
    "ends early, in the kubelet's words, what nobody explains: %s",
    (reason) => {
      const [seconds, message] = look(() => withBuild(waiting(reason, 'in its words')));
      expect(seconds).toBe(60);
      expect(message).toContain(`${reason} (in its words)`);
      expect(message).not.toContain('more room');
    },
  );

  it('gives a reason no more time for words that change', () => {
    expect(look((seconds) => withBuild(waiting('NewReason', `try ${seconds / 10}`)))[0]).toBe(60);
  });

  it('forgets a reason that passed', () => {
    const pod = (seconds: number): Pod =>
      seconds === 50 ? pendingPod() : withBuild(waiting('NewReason', 'in its words'));
    expect(look(pod)[0]).toBe(120);
  });

  it('waits for a reason that passes in time', () => {
    expect(look((seconds) => (seconds < 50 ? withBuild(waiting('NewReason')) : podOf()))).toEqual([
      50,
      'ready',
    ]);
  });

  it('does not wait for a pull secret to become another', () => {
    const said = 'illegal base64 data at input byte 0';
    expect(look(() => withBuild(waiting(said, said)))[0]).toBe(0);
  });

  const unknownHost = 'dial tcp: lookup ruby.example on 10.96.0.10:53: no such host';
  const ofRuby = (state: ContainerStatus['state']): Pod => ({
    ...withBuild(state),
    spec: { containers: [{ name: 'build', image: 'ruby.example/ruby:3' }] },
  });

  // @promise start: the host of a registry does not exist — build failure after the kubelet's second try; a DNS that fails is waited for
  it.each([
    [
      'a kubelet that repeats the cause',
      `Back-off pulling image "ruby.example/ruby:3": ErrImagePull: ${unknownHost}`,
    ],
    ['a kubelet that only says that it waits', 'Back-off pulling image "ruby.example/ruby:3"'],
  ])('asks the DNS for a registry twice, through %s', (_, backOff) => {
    const says = (seconds: number): ContainerStatus['state'] =>
      seconds === 0 || seconds >= 20
        ? waiting('ErrImagePull', unknownHost)
        : waiting('ImagePullBackOff', backOff);
    expect(look((seconds) => ofRuby(says(seconds)))).toEqual([20, 'pull-failed']);
  });

  it('takes a first answer of the DNS for no second one, whatever another container waits for', () => {
    const helper = waiting('ImagePullBackOff', 'Back-off pulling image "h": ErrImagePull: 503');
    const pod = (seconds: number): Pod => {
      if (seconds === 0) return podOf({ build: creating, helper });
      const build = seconds === 10 ? waiting('ErrImagePull', unknownHost) : { running: {} };
      return { ...podOf({ build, helper }), spec: ofRuby(build).spec };
    };
    expect(look(pod)[0]).toBe(60);
  });

  it('believes the second answer of a DNS', () => {
    const pod = (seconds: number): Pod =>
      seconds === 0
        ? ofRuby(waiting('ErrImagePull', unknownHost))
        : seconds === 10
          ? ofRuby(waiting('ImagePullBackOff', `Back-off pulling image "a": ErrImagePull: ${unknownHost}`))
          : seconds === 20
            ? ofRuby(
                waiting('ErrImagePull', 'dial tcp: lookup ruby.example on 10.96.0.10:53: server misbehaving'),
              )
            : podOf();
    expect(look(pod)).toEqual([30, 'ready']);
  });

  // @promise start: a registry's certificate is not trusted, or it speaks no HTTPS — system failure at once, with what the nodes lack
  it.each([
    'x509: certificate signed by unknown authority',
    'http: server gave HTTP response to HTTPS client',
  ])('gives what only the nodes can change no time: %s', (words) => {
    expect(look(() => ofRuby(waiting('ErrImagePull', words)))).toEqual([0, 'pull-failed']);
  });

  // @promise start: a Secret, ConfigMap, claim or runtime handler of `pod_template` is missing — system failure after 60 s; what may pass is waited for
  it.each([
    ['template', 60],
    ['volume', 200],
    ['node', 200],
  ] as const)('ends early what is missing for good, not what may pass: %s', (kind, ends) => {
    const trouble: SetupTrouble = { kind, message: 'FailedMount: secret "x" not found' };
    const patience = { ...newWaitState(), setupTrouble: { ...trouble, since: performance.now() } };
    expect(look(() => pendingPod(before), patience)[0]).toBe(ends);
  });

  it('believes the status that trouble with volumes is over', () => {
    const trouble: SetupTrouble = { kind: 'template', message: 'FailedMount: secret "x" not found' };
    const patience = { ...newWaitState(), setupTrouble: { ...trouble, since: performance.now() } };
    const after = { conditions: [{ type: 'PodReadyToStartContainers', status: 'True' as const }] };
    expect(look((seconds) => pendingPod(seconds < 30 ? before : after), patience)[1]).toBe('still waits');
  });
});
