// What may run, and for whom: lists of patterns, pull policies, rules that add to them, and replacements.
import { z } from 'zod';
import { checkRule } from './check-relations.ts';
import { imageChecks } from './images-schema.ts';
import { imageName, noProblems, notEmpty, patternOf, profileName, wholeNumber } from './policy-fields.ts';

const pattern = patternOf('image name');

/** A pattern alone is short for one without a reason. */
const allowedPattern = z
  .union([
    pattern,
    z.strictObject({
      pattern: pattern.describe('A pattern as in GitLab: `*` within one part of a path, `**` across parts.'),
      because: notEmpty.exactOptional().describe('Why it is allowed; shown to authors.'),
    }),
  ])
  .transform((written) => (typeof written === 'string' ? { pattern: written } : written));

export const patterns = z.array(allowedPattern);

const pullPolicy = z.enum(['always', 'if-not-present', 'never']);
export const pullPolicies = z.array(pullPolicy);

/** In order; later ones are fallbacks. Empty: the cluster's default. */
export const pullPolicyOrder = z
  .union([pullPolicy, pullPolicies])
  .transform((written) => [written].flat())
  .prefault([]);

const ids = z.array(wholeNumber(1, Number.MAX_SAFE_INTEGER));

export const rule = z
  .strictObject({
    when: z
      .strictObject({
        projects: z
          .array(patternOf('project path'))
          .exactOptional()
          .describe('Patterns of full paths: `group/**`.'),
        project_ids: ids.exactOptional().describe('Ids of projects.'),
        namespace_ids: ids
          .exactOptional()
          .describe('Ids of the groups or users that own the project directly.'),
        images: z
          .array(pattern)
          .exactOptional()
          .describe("Patterns of the job's own image, as it is written; services do not count."),
        protected_ref: z
          .boolean()
          .exactOptional()
          .describe(
            'Whether the branch or tag is a protected one; where that is not known, neither value holds.',
          ),
      })
      .describe('All of these must hold; of the values of one, one is enough.'),
    profile: profileName.exactOptional().describe('How the pods of these jobs are made: a name of profiles.'),
    allowed_images: patterns.exactOptional().describe('Added to allowed_images for these jobs.'),
    allowed_services: patterns.exactOptional().describe('Added to allowed_services for these jobs.'),
    allowed_pull_policies: pullPolicies
      .exactOptional()
      .describe('Added to allowed_pull_policies for these jobs.'),
    images: imageChecks
      .exactOptional()
      .describe("Asked of these jobs beside the policy's own: what both ask for must hold."),
  })
  .superRefine(noProblems(checkRule));

export const replacement = z.strictObject({
  pattern: pattern.describe('Names that authors are likely to ask for.'),
  use: imageName.describe('The image to use instead.'),
  because: notEmpty.exactOptional().describe('Why; shown to authors.'),
});
