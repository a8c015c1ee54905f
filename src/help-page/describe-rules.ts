// For whom a rule of the policy holds, in words for its readers.
import type { PolicyRule } from '../policy/policy.ts';
import { either } from './either.ts';

/** For example "only in projects `team/*` or `docs/site`, and only on protected branches and tags". */
export function describeForWhom({
  projects,
  project_ids,
  namespace_ids,
  protected_ref,
}: PolicyRule['when']): string {
  const conditions = [
    projects && `in projects ${either(projects.map((glob) => `\`${glob}\``))}`,
    project_ids && `in projects with the id ${either(project_ids.map(String))}`,
    namespace_ids && `in namespaces with the id ${either(namespace_ids.map(String))}`,
    protected_ref === true && 'on protected branches and tags',
    protected_ref === false && 'on branches and tags that are not protected',
  ].filter((condition) => typeof condition === 'string');
  return conditions.length === 0 ? 'in every project' : `only ${conditions.join(', and only ')}`;
}
