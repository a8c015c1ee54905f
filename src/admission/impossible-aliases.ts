// A service's alias that no pod can resolve: said at the start, where a job would otherwise wait for a name that never answers.
import type { JobService } from '../job/job.ts';
import { isHostName, maxHostNameLength, ownHostName } from '../layout/host-name.ts';
import type { ExplainedFinding } from './rejection.ts';

/** `key`: `services[0]`. */
export function findImpossibleAliases({ name, aliases }: JobService, key: string): ExplainedFinding[] {
  return aliases
    .filter((alias) => !isHostName(alias))
    .map((alias) => ({
      kind: 'alias',
      key: `${key}:alias`,
      requested: alias,
      reason: reasonOf(alias),
      instead: insteadOf(alias),
      image: name,
      imageKind: 'service',
    }));
}

function reasonOf(alias: string): string {
  if (alias === ownHostName) return `\`${ownHostName}\` is the pod itself.`;
  if (alias.length > maxHostNameLength) return `A host name has at most ${maxHostNameLength} characters.`;
  if (/[^-a-z0-9.]/.test(alias)) return 'In a pod, a name has lower-case letters, digits, "-" and "." only.';
  return 'In a pod, each part of a name begins and ends with a letter or a digit.';
}

function insteadOf(alias: string): string {
  if (alias.length > maxHostNameLength) return 'Choose a shorter one.';
  const near = alias
    .toLowerCase()
    .split('.')
    .map((part) => part.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, ''))
    .filter((part) => part !== '')
    .join('.');
  return isHostName(near) ? `Choose another alias; \`${near}\`, say.` : 'Choose another alias.';
}
