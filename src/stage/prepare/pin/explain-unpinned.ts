// What becomes of a job with an image that is not signed as it must be, or whose digest nobody knows.

import type { ImageReference } from '../../../admission/image-reference.ts';
import type { ExplainedFinding } from '../../../admission/rejection.ts';
import { explainPullFailure } from '../../../diagnosis/pull-failure.ts';
import { describeContainer, serviceContainer } from '../../../layout/container-names.ts';
import { BuildFailure } from '../../../outcome/build-failure.ts';
import { SystemFailure } from '../../../outcome/system-failure.ts';
import type { ImageAnswer } from '../../../registry/registries.ts';
import { plainLine } from '../../../text/plain-text.ts';
import { sentence } from '../../../text/sentence.ts';
import { isOfTheJob, type PullContextInput, pullContext } from '../pull-context.ts';

interface AnsweredImage {
  readonly container: string;
  readonly image: ImageReference;
  readonly answer: ImageAnswer;
}

const isOperators = (container: string, input: PullContextInput): boolean =>
  !isOfTheJob(container) || pullContext(input, container).chosenBy === 'operator';

/** Of an image that its author chose; the operator's is no matter of the author's. */
export function findUnsigned(
  { container, image, answer }: AnsweredImage,
  input: PullContextInput,
): ExplainedFinding[] {
  if (answer.kind !== 'unsigned' || isOperators(container, input)) return [];
  const service = input.plan.admitted.services.find(({ index }) => serviceContainer(index) === container);
  return [
    {
      kind: 'signature',
      key: service === undefined ? 'image' : `services[${service.index}]`,
      requested: image.name,
      reason: `${answer.why} What was looked at is ${answer.digest}.`,
      instead:
        'Use an image that is signed with it, or have this one signed: cosign sign --key … IMAGE@DIGEST.',
      image: image.name,
      imageKind: service === undefined ? 'image' : 'service',
    },
  ];
}

/** Whatever a registry says is foreign text. */
export function explainUnpinned({ container, image, answer }: AnsweredImage, input: PullContextInput): Error {
  const name = plainLine(image.name);
  const which = `The image ${name} of ${describeContainer(container)}`;
  const isByOperator = isOperators(container, input);
  switch (answer.kind) {
    case 'pinned':
      return new Error('a pinned image needs no explanation');
    case 'unsigned':
      return new SystemFailure('image-registry', {
        what: `${which} is not signed as \`require_signature\` of the policy asks.`,
        why: answer.why,
        operator: 'sign it, or name in `require_signature` the images that need a signature.',
      });
    case 'not-found':
    case 'denied':
    case 'unknown-host': {
      const message = plainLine(answer.message);
      const failure = { container, image: name, message, kind: answer.kind, isBackingOff: false };
      return explainPullFailure(failure, pullContext(input, container));
    }
    case 'forbidden-host': {
      const parts = {
        what: `${which} cannot be resolved.`,
        why: sentence(plainLine(answer.message)),
        operator: 'if a registry is there, name it in `images.registries` of the policy.',
      };
      return isByOperator
        ? new SystemFailure('image-registry', parts)
        : new BuildFailure('image-pull-failed', { ...parts, author: 'Use an image of another registry.' });
    }
    case 'failed':
      return new SystemFailure('image-registry', {
        what: `${which} cannot be resolved to a digest, which this runner's policy asks for.`,
        why: sentence(`The registry did not answer as it should: ${plainLine(answer.message)}`),
        author: 'Retry the job later.',
        operator:
          "look at the registry, and at the way to it from the runner's machine: proxy, DNS, and the certificate's authority (`images.registries`).",
      });
  }
}
