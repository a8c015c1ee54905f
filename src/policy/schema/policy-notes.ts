// What an operator should know about a policy that is well formed: it may not mean what it seems to.
import type { WrittenPolicy } from '../policy.ts';
import type { Problem } from '../problem.ts';

export function findNotes(file: WrittenPolicy): readonly Problem[] {
  return [...emptyLists(file), ...pointlessRules(file)];
}

/** The one deliberate difference from GitLab. */
function emptyLists({ allowed_images, allowed_services, default_image }: WrittenPolicy): readonly Problem[] {
  const notes: Problem[] = [];
  if (allowed_images?.length === 0) {
    const only =
      default_image === undefined ? 'no image (there is no default_image either)' : 'only the default image';
    notes.push({
      path: ['allowed_images'],
      message: `is empty, which allows ${only}. GitLab reads an empty list as "all"; leave the key out to mean that`,
    });
  }
  if (allowed_services?.length === 0) {
    notes.push({
      path: ['allowed_services'],
      message:
        'is empty, which allows no service. GitLab reads an empty list as "all"; leave the key out to mean that',
    });
  }
  return notes;
}

function pointlessRules({ rules = [], ...file }: WrittenPolicy): readonly Problem[] {
  return rules.flatMap((rule, index) =>
    (['allowed_images', 'allowed_services'] as const)
      .filter((key) => rule[key] !== undefined && file[key] === undefined)
      .map((key) => ({
        path: ['rules', index, key],
        message: `adds to ${key}, which is absent and so allows everything already`,
      })),
  );
}
