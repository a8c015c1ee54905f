// Named variants of a policy that a rule gives to some jobs: what their pods may be beside what all others are. What may run at all is
// no matter of a profile: lists, matching, rejection and user namespaces are the policy's alone.
import { z } from 'zod';
import { imageChecks } from './images-schema.ts';
import { jobMaySet } from './job-may-set-schema.ts';
import { dnsSubdomain, imageName } from './policy-fields.ts';
import { requirements } from './resources-schema.ts';
import { securityRecord } from './security-schema.ts';
import { ownTimeouts } from './timeouts-schema.ts';

const resourcesOf = (container: string) =>
  requirements.exactOptional().describe(`Over resources.${container} of the policy, amount by amount.`);

export const podProfile = z.strictObject({
  default_security_context: securityRecord.exactOptional().describe("Over the policy's own, field by field."),
  enforced_security_context: securityRecord
    .exactOptional()
    .describe("Over the policy's own, field by field; this is how a profile loosens what is enforced."),
  resources: z
    .strictObject({
      build: resourcesOf('build'),
      helper: resourcesOf('helper'),
      service: resourcesOf('service'),
      init: resourcesOf('init'),
    })
    .exactOptional()
    .describe('Requests and limits; what is left out is as in the policy.'),
  job_may_set: jobMaySet
    .exactOptional()
    .describe("Over the policy's own: amount by amount, and each list as a whole."),
  helper_image: imageName
    .exactOptional()
    .describe("Instead of the policy's own, as for nodes of another architecture."),
  pod_template: z
    .record(z.string(), z.unknown())
    .exactOptional()
    .describe("Merged over the policy's own, as that is over each pod."),
  images: imageChecks.exactOptional().describe("Beside the policy's own: what both ask for must hold."),
  timeouts: ownTimeouts.exactOptional().describe("Over the policy's own, each for itself."),
  image_pull_secrets: z.array(dnsSubdomain).exactOptional().describe("Beside the policy's own."),
});
