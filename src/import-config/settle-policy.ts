// The draft as a policy that loads: what the executor refuses of it is taken out again, and the key that it came from says why.
import { stringify } from 'yaml';
import { checkPodPolicy } from '../pod/check-pod-policy.ts';
import { formatKeyPath, type KeyPath, type Problem } from '../policy/problem.ts';
import { checkPolicyValue, type ReadPolicyResult, readPolicy } from '../policy/read-policy.ts';
import { type Draft, removeValue } from './draft.ts';

/** Each round takes something out; no configuration has as many values that are refused. */
const maxRounds = 200;

export interface SettledPolicy {
  readonly text: string;
  readonly read: ReadPolicyResult;
  /** By key of GitLab's: what was taken out, and why. */
  readonly refused: ReadonlyMap<string, string>;
}

const checks = [checkPodPolicy];

/** `head`: comments. @throws SystemFailure when what no key brought is refused: a mistake of this program */
export function settlePolicy(draft: Draft, head: string): SettledPolicy {
  const refused = new Map<string, string>();
  for (let round = 0; round < maxRounds; round += 1) {
    const { problems } = checkPolicyValue(draft.policy, '', checks);
    if (!takeOut(draft, problems, refused)) break;
  }
  const text = `${head}\n${stringify(draft.policy, { lineWidth: 120 })}`;
  return { text, read: readPolicy({ text, file: 'policy.yaml', checks }), refused };
}

/** The first problem only: the others may come of it. */
function takeOut(draft: Draft, problems: readonly Problem[], refused: Map<string, string>): boolean {
  for (const { path, message } of problems) {
    const found = originOf(draft, path);
    if (found === null) continue;
    removeValue(draft, found.path);
    const before = refused.get(found.key);
    const said = `The executor does not take it: ${formatKeyPath(path)} ${message}.`;
    refused.set(found.key, before === undefined ? said : `${before} ${said}`);
    return true;
  }
  return false;
}

/** The value that a problem is about: the nearest at or above its place, or else one below. */
function originOf(
  { origins }: Draft,
  place: KeyPath,
): { readonly path: KeyPath; readonly key: string } | null {
  const all = [...origins].map(([written, key]) => ({ path: JSON.parse(written) as KeyPath, key }));
  const above = all
    .filter(({ path }) => isBelow(place, path))
    .sort((one, other) => other.path.length - one.path.length)[0];
  return above ?? all.find(({ path }) => isBelow(path, place)) ?? null;
}

const isBelow = (path: KeyPath, above: KeyPath): boolean => above.every((key, index) => path[index] === key);
