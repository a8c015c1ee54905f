import { describe, expect, it } from 'vitest';
import { kindOfReason } from '../../src/diagnosis/waiting-reasons.ts';

describe('kindOfReason', () => {
  // All that a kubelet of 1.36 can put there: the names of pkg/kubelet, and errors without a name.
  it.each([
    ['progress', ['', 'ContainerCreating', 'PodInitializing']],
    [
      'image',
      [
        'ErrImagePull',
        'ImagePullBackOff',
        'InvalidImageName',
        'ErrImageNeverPull',
        'RegistryUnavailable',
        'SignatureValidationFailed',
        'ImageInspectError',
      ],
    ],
    [
      'start',
      [
        'CreateContainerConfigError',
        'CreateContainerError',
        'RunContainerError',
        'StartError',
        'ContainerCannotRun',
      ],
    ],
    ['node', ['PreCreateHookError', 'PreStartHookError']],
    ['template', ['PostStartHookError', 'CrashLoopBackOff']],
    [
      'pull-secret',
      [
        'illegal base64 data at input byte 3',
        'unable to parse auth field, must be formatted as base64(username:password)',
        'json: cannot unmarshal number into Go struct field DockerConfigJSON.auths.auth of type string',
        "invalid character 'x' looking for beginning of value",
        'unexpected end of JSON input',
      ],
    ],
    [
      'unknown',
      [
        'CreatePodSandboxError',
        'KillContainerError',
        'failed to get runtime handler: RuntimeClass "gvisor" not found',
        'open /var/lib/kubelet/image_manager/pulling/sha256-1: no space left on device',
        'constructor',
        'ErrImagePull2',
      ],
    ],
  ])('knows %s', (kind, reasons) => {
    expect(reasons.map((reason) => [reason, kindOfReason(reason)])).toEqual(
      reasons.map((reason) => [reason, kind]),
    );
  });
});
