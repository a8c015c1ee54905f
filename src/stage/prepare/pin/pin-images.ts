// Asks registries what the tags of an admitted job stand for, and who signed it: once, before there is a pod, so that what was checked is
// what nodes pull.
import type { AdmittedImage } from '../../../admission/admitted-job.ts';
import { requiredKeys } from '../../../admission/image-checks.ts';
import { Rejection } from '../../../admission/rejection.ts';
import type { Cluster } from '../../../cluster/cluster.ts';
import { buildContainer, helperContainer, serviceContainer } from '../../../layout/container-names.ts';
import type { JobPlan } from '../../../plan/job-plan.ts';
import type { Policy } from '../../../policy/policy.ts';
import type { ImageAnswer, Registries } from '../../../registry/registries.ts';
import type { StageIo } from '../../stage-io.ts';
import { explainUnpinned, findUnsigned } from './explain-unpinned.ts';
import { credentialsFor, readPullSecrets } from './pull-credentials.ts';

export interface PinInput {
  readonly plan: Pick<JobPlan, 'admitted' | 'credentials' | 'imageChecks'>;
  readonly policy: Policy;
  readonly cluster: Pick<Cluster, 'readPullSecret'>;
  readonly openRegistries: () => Promise<Registries>;
  readonly io: Pick<StageIo, 'env' | 'signal'>;
}

export interface PinnedImage {
  readonly container: string;
  readonly image: AdmittedImage['image'];
  readonly digest: string;
  /** Fingerprints of keys. */
  readonly signedBy: readonly string[];
}

interface AskedImage extends Pick<PinnedImage, 'container' | 'image'> {
  readonly answer: ImageAnswer;
}

/**
 * Empty where the policy asks for nothing of this job.
 *
 * @throws Rejection with every image of the job that is not signed as it must be; BuildFailure or SystemFailure as a pull would end
 */
export async function pinImages(input: PinInput): Promise<readonly PinnedImage[]> {
  if (!input.plan.imageChecks.isPinned) return [];
  const asked = await askForAll(input);
  const findings = asked.flatMap((image) => findUnsigned(image, input));
  if (findings.length > 0) throw new Rejection(findings, input.policy.rejection.exit_code);
  return asked.map(({ container, image, answer }) => {
    if (answer.kind !== 'pinned') throw explainUnpinned({ container, image, answer }, input);
    return { container, image, digest: answer.digest, signedBy: answer.signedBy };
  });
}

/** An image that several containers have is asked for once. */
async function askForAll(input: PinInput): Promise<readonly AskedImage[]> {
  const { plan, policy, cluster, io } = input;
  const { build, helper, services } = plan.admitted;
  const images = [
    { container: buildContainer, image: build.image },
    { container: helperContainer, image: helper.image },
    ...services.map(({ index, image }) => ({ container: serviceContainer(index), image })),
  ];
  const secrets = await readPullSecrets(policy.image_pull_secrets, cluster, io.signal);
  const registries = await input.openRegistries();
  try {
    const answers = new Map<string, Promise<ImageAnswer>>();
    const ask = (image: AdmittedImage['image']): Promise<ImageAnswer> =>
      registries.ask({
        ...image,
        keys: requiredKeys(image, plan.imageChecks),
        credentials: credentialsFor(image, plan.credentials, secrets),
        registries: policy.images?.registries ?? {},
        env: io.env,
        signal: io.signal,
      });
    const asked = images.map((each) => {
      const { canonical } = each.image;
      const answer = answers.get(canonical) ?? ask(each.image);
      answers.set(canonical, answer);
      return { ...each, answer };
    });
    await Promise.allSettled(answers.values());
    return await Promise.all(asked.map(async ({ answer, ...each }) => ({ ...each, answer: await answer })));
  } finally {
    registries.close();
  }
}
