// What a record says of a job before it runs: read from the job and the policy that decides about it.
import { createAdmissionContext } from '../admission/admission-context.ts';
import { evaluateName, type ImageKind } from '../admission/evaluate.ts';
import { parseImageReference } from '../admission/parse-image-reference.ts';
import type { RejectionFinding } from '../admission/rejection.ts';
import type { Job } from '../job/job.ts';
import { buildContainer, serviceContainer } from '../layout/container-names.ts';
import type { Policy } from '../policy/policy.ts';
import { type RecordedImage, type RecordedJob, recordedText } from './job-record.ts';

export function recordedJob({ id, name, project, ref, isRefProtected }: Job): RecordedJob {
  return {
    id,
    name: recordedText(name),
    project: { id: project.id, path: recordedText(project.path), namespace_id: project.namespaceId },
    ref: recordedText(ref),
    protected: isRefProtected,
  };
}

/** No job is admitted with more services. */
const maxServices = 32;

/** Each image that the job names, and the default one where it names none. */
export function recordedImages(job: Job, policy: Policy): readonly RecordedImage[] {
  const context = createAdmissionContext(policy, { ...job.project, isRefProtected: job.isRefProtected });
  const imageOf = (container: string, kind: ImageKind, name: string): RecordedImage => {
    const { verdict, admitted } = evaluateName(name, kind, context);
    const decision = admitted === null ? null : context.decide(admitted, kind);
    return {
      ...{ container, kind, asked: recordedText(name) },
      canonical: verdict.canonical === null ? null : recordedText(verdict.canonical),
      allowed: verdict.allowed,
      code: verdict.reason.code,
      pattern: verdict.pattern,
      rule: decision?.entry?.rule ?? null,
      ...unknownDigest,
    };
  };
  const services = job.services
    .flatMap(({ name }, index) => (name === '' ? [] : [imageOf(serviceContainer(index), 'service', name)]))
    .slice(0, maxServices);
  const asked = job.image?.name ?? '';
  return [asked === '' ? defaultImage(policy) : imageOf(buildContainer, 'image', asked), ...services];
}

const unknownDigest = { digest: null, signed_by: [] };

function defaultImage({ default_image }: Policy): RecordedImage {
  const code = default_image === undefined ? 'no-image' : 'default-image';
  const own = { pattern: null, rule: null, ...unknownDigest };
  const canonical =
    default_image === undefined ? null : (parseImageReference(default_image).reference?.canonical ?? null);
  return {
    container: buildContainer,
    kind: 'image',
    asked: '',
    canonical,
    allowed: canonical !== null,
    code,
    ...own,
  };
}

/** Names stand among the images. */
export function recordedFindings(
  findings: readonly RejectionFinding[],
): readonly { kind: string; key: string }[] {
  return findings.flatMap((finding) =>
    finding.kind === 'name' || finding.kind === 'no-image'
      ? []
      : [{ kind: finding.kind, key: recordedText(finding.key) }],
  );
}
