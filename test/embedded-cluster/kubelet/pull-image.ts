// Pulling an image, or finding out why not: the states and events that a kubelet shows on the way.
import { setTimeout as delay } from 'node:timers/promises';
import type { Image } from '../image/image.ts';
import { fullImageName } from '../image/image-name.ts';
import type { ContainerRuntime } from './pod-state.ts';
import type { PodContext } from './pod-worker.ts';
import { type Credentials, pullCredentials } from './pull-credentials.ts';

/** ErrImagePull is shown this long before it becomes ImagePullBackOff. */
const failureShownMs = 150;
/** The wait doubles up to this many times its first length. */
const maxBackOff = 30;

/** Resolves when the image is there; only the pod's end makes it reject. */
export async function pullImage(context: PodContext, container: ContainerRuntime): Promise<Image> {
  const { settings, signal } = context;
  let backOff = 1;
  for (;;) {
    signal.throwIfAborted();
    const outcome = await attempt(context, container);
    if (typeof outcome !== 'string') return outcome;
    container.triedOnce();
    context.report();
    if (outcome === 'pull-failed') await backOffOnce(context, container, backOff);
    else await delay(settings.pullBackOffMs, undefined, { signal });
    backOff = Math.min(backOff * 2, maxBackOff);
  }
}

async function attempt(
  context: PodContext,
  container: ContainerRuntime,
): Promise<Image | 'pull-failed' | 'invalid'> {
  const { settings, pod, signal } = context;
  const image = container.spec.image ?? '';
  const policy = container.spec.imagePullPolicy ?? 'Always';
  const fieldPath = `spec.${container.init ? 'initContainers' : 'containers'}{${container.spec.name}}`;
  const event = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
    settings.recordEvent(pod, { type, reason, message, fieldPath });
  const wait = (reason: string, message: string): 'invalid' => {
    container.state = { waiting: { reason, message } };
    event('Warning', 'Failed', `Error: ${reason}`);
    return 'invalid';
  };

  const name = fullImageName(image);
  if (name.kind === 'invalid') {
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${name.why}`;
    event('Warning', 'InspectFailed', message);
    return wait('InvalidImageName', message);
  }
  const found = settings.images.find(name.name);
  const present = found !== null && settings.presentImages.has(name.name);
  if (present && policy !== 'Always') {
    event(
      'Normal',
      'Pulled',
      `Container image "${image}" already present on machine and can be accessed by the pod`,
    );
    return found;
  }
  if (policy === 'Never') {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    event('Warning', 'ErrImageNeverPull', message);
    return wait('ErrImageNeverPull', message);
  }
  const credentials = readCredentials(context, name.name);
  // The text of an error that has no name is reason and message both.
  if (typeof credentials === 'string') return wait(credentials, credentials);
  const fault = settings.faults.pull(name.name, credentials);
  if (fault?.reason !== undefined) return wait(fault.reason, fault.message ?? '');
  event('Normal', 'Pulling', `Pulling image "${image}"`);
  const started = Date.now();
  if (fault?.delayMs !== undefined) await delay(fault.delayMs, undefined, { signal });
  const refusal = fault?.message ?? (found ? null : `${name.name}: not found`);
  if (found && refusal === null) {
    settings.presentImages.add(name.name);
    const took = Date.now() - started;
    event(
      'Normal',
      'Pulled',
      `Successfully pulled image "${image}" in ${took}ms (${took}ms including waiting). Image size: 2000000 bytes.`,
    );
    return found;
  }
  const message = `failed to pull and unpack image "${name.name}": failed to resolve image: ${refusal ?? ''}`;
  event('Warning', 'Failed', `Failed to pull image "${image}": ${message}`);
  wait('ErrImagePull', message);
  return 'pull-failed';
}

/** A text: the kubelet's words about a pull secret that it cannot read. */
function readCredentials({ settings, pod }: PodContext, image: string): readonly Credentials[] | string {
  try {
    const { found, missing } = pullCredentials(settings.store, pod, image);
    if (missing.length > 0)
      settings.recordEvent(pod, {
        type: 'Warning',
        reason: 'FailedToRetrieveImagePullSecret',
        message: `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`,
      });
    return found;
  } catch (error) {
    return (error as Error).message;
  }
}

async function backOffOnce(context: PodContext, container: ContainerRuntime, factor: number): Promise<void> {
  const { settings, pod, signal } = context;
  const image = container.spec.image ?? '';
  const before = 'waiting' in container.state ? (container.state.waiting.message ?? '') : '';
  const fieldPath = `spec.${container.init ? 'initContainers' : 'containers'}{${container.spec.name}}`;
  await delay(failureShownMs, undefined, { signal });
  const message = `Back-off pulling image "${image}"`;
  container.state = {
    waiting: { reason: 'ImagePullBackOff', message: `${message}: ErrImagePull: ${before}` },
  };
  settings.recordEvent(pod, { type: 'Normal', reason: 'BackOff', message, fieldPath });
  settings.recordEvent(pod, {
    type: 'Warning',
    reason: 'Failed',
    message: 'Error: ImagePullBackOff',
    fieldPath,
  });
  context.report();
  await delay(settings.pullBackOffMs * factor, undefined, { signal });
}
