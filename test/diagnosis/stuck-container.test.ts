import { describe, expect, it } from 'vitest';
import {
  adviceFor,
  explainStuck,
  findStuck,
  isBeyondWaiting,
  stuckMessage,
} from '../../src/diagnosis/stuck-container.ts';
import { creating, podOf, waiting } from '../stage/pod-fixture.ts';

const awaited = ['build', 'helper'];
const unreadable = 'illegal base64 data at input byte 3';

describe('findStuck', () => {
  it.each([
    ['all runs', podOf()],
    ['containers are made', podOf({ build: creating, helper: waiting('PodInitializing') })],
    ['nothing is known yet', { ...podOf(), status: {} }],
    ['an image did not come', podOf({ build: waiting('ErrImagePull', 'not found') })],
    ['the runtime refused a container', podOf({ build: waiting('CreateContainerError', 'no') })],
    ['a container that nobody awaits is in it', podOf({ sidecar: waiting('CrashLoopBackOff') })],
  ])('finds none when %s', (_, pod) => {
    expect(findStuck(pod, awaited)).toBeNull();
  });

  it('finds the one that waits for what nobody knows', () => {
    expect(findStuck(podOf({ helper: waiting('NewReason', 'in new words') }), awaited)).toEqual({
      container: 'helper',
      nodeMessage: 'NewReason (in new words)',
      kind: 'unknown',
    });
  });

  it('looks at init containers, which all others wait for', () => {
    const pod = podOf(
      {},
      { init: { sidecar: waiting('CrashLoopBackOff', 'back-off 10s restarting failed') } },
    );
    expect(findStuck(pod, awaited)).toMatchObject({ container: 'sidecar', kind: 'template' });
  });
});

describe('explainStuck', () => {
  const explain = (reason: string, message?: string) => {
    const pod = podOf({ build: waiting(reason, message) });
    const failure = explainStuck(pod, findStuck(pod, awaited)!);
    return [failure.name, failure.code, failure.message];
  };

  it.each([
    [
      'a reason that nobody knows',
      ['NewReason', 'in new words.'],
      'The build container cannot start. For 60 s the kubelet has said: NewReason (in new words.). Retry the job. Operators: look at the node node-7.',
    ],
    [
      'a pull secret that no kubelet can read',
      [unreadable, unreadable],
      `The build container cannot start. The kubelet says: ${unreadable}. Operators: a pull secret of the pod is unreadable, and no image is pulled while it is: look at those that \`image_pull_secrets\` names. The job's own is not to blame.`,
    ],
    [
      'a hook of the kubelet',
      ['PreStartHookError', 'not enough cpus available to satisfy request'],
      'The build container cannot start. For 60 s the kubelet has said: PreStartHookError (not enough cpus available to satisfy request). Retry the job. Operators: look at the node node-7: its kubelet could not give the container the processors, memory or devices that it asks for.',
    ],
    [
      'a hook of the template',
      ['PostStartHookError', undefined],
      'The build container cannot start. For 60 s the kubelet has said: PostStartHookError. Operators: check the containers and hooks of `pod_template`.',
    ],
  ] as const)('explains %s', (_, [reason, message], words) => {
    expect(explain(reason, message)).toEqual(['SystemFailure', 'not-ready', words]);
  });

  it('lets no control character through', () => {
    expect(explain('\u001b[2J\r\nsection_end:1:x', '\u009b2J\u202e')[2]).toMatch(
      /^[^\u0000-\u001f\u007f-\u009f\u202e]+$/,
    );
  });
});

it('gives up waiting for a missing Secret only', () => {
  const beyond = (reason: string): boolean =>
    isBeyondWaiting(findStuck(podOf({ build: waiting(reason) }), awaited)!);
  expect([unreadable, 'NewReason', 'CrashLoopBackOff'].map(beyond)).toEqual([true, false, false]);
});

it('says a reason that is its own message once', () => {
  expect([stuckMessage('a', 'b'), stuckMessage('a', 'a'), stuckMessage('a', '')]).toEqual([
    'a (b)',
    'a',
    'a',
  ]);
});

it('has advice where the node is not known', () => {
  expect(adviceFor('unknown', null)).toEqual({
    author: 'Retry the job.',
    operator: "look at the pod's node.",
  });
});
