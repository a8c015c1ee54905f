// Gets the job a lasting workspace, where the policy has some: one that is free, or a new one, or none. Of two prepares at once, each
// change is made by one only; the other looks again.
import type { Claim, Cluster } from '../../cluster/cluster.ts';
import type { UsedClaim } from '../../pod/containers/workspace.ts';
import type { Policy } from '../../policy/policy.ts';
import { durationText } from '../../text/duration-text.ts';
import { line } from '../../text/log-lines.ts';
import { plainLine } from '../../text/plain-text.ts';
import { chooseSlot, type SlotChoice } from '../../workspace/choose-slot.ts';
import { viewClaim, type WorkspaceClaim } from '../../workspace/claim-view.ts';
import { startSecondsOf } from '../../workspace/occupancy.ts';
import type { WantedWorkspace } from '../../workspace/wanted-workspace.ts';
import type { StageIo } from '../stage-io.ts';

export interface TakeInput {
  readonly cluster: Cluster;
  readonly io: Pick<StageIo, 'log' | 'signal'>;
  readonly wanted: WantedWorkspace;
  readonly policy: Pick<Policy, 'timeouts'>;
  readonly now: () => Date;
}

/** Each try was lost to another job, which has what it wanted; so many at once are not worth more. */
const maxTries = 8;

/** @returns null: the job starts with an empty workspace, and its log says why. @throws SystemFailure what the API server refuses */
export async function takeWorkspace(input: TakeInput): Promise<UsedClaim | null> {
  const { wanted, io } = input;
  for (let tries = 0; tries < maxTries; tries += 1) {
    const choice = chooseSlot({ ...(await ask(input)), ...wanted });
    const taken = await act(choice, input);
    if (taken === 'again') continue;
    io.log(line(taken.says, taken.claim === null ? 'yellow' : 'plain'));
    return taken.claim && { name: taken.claim.metadata.name, key: wanted.key };
  }
  io.log(line(`Other jobs were faster ${maxTries} times. ${startsEmpty}`, 'yellow'));
  return null;
}

const startsEmpty = 'This job starts with an empty workspace.';

async function ask({ cluster, io, wanted: { selector }, policy, now }: TakeInput) {
  const { signal } = io;
  const [claims, pods] = await Promise.all([
    cluster.listClaims(selector, { signal }),
    cluster.listPods(selector, { signal }),
  ]);
  return { claims: claims.map(viewClaim), pods, now: now(), startSeconds: startSecondsOf(policy) };
}

type Outcome = 'again' | { readonly claim: Claim | null; readonly says: string };

async function act(choice: SlotChoice, input: TakeInput): Promise<Outcome> {
  const { cluster, io, wanted, now } = input;
  switch (choice.kind) {
    case 'take': {
      const { signal } = io;
      const claim = await cluster.changeClaim(choice.claim.claim, wanted.hold(now()), { signal });
      return claim === null ? 'again' : { claim, says: describeTaken(choice.claim, input) };
    }
    case 'make':
      return make(choice.slot, input);
    case 'replace': {
      const answer = await cluster.deleteClaim(choice.claim.claim, { signal: io.signal });
      return answer === 'deleting' ? make(choice.claim.slot, input) : 'again';
    }
    case 'none':
      return { claim: null, says: `${reasons[choice.why](wanted.slots)} ${startsEmpty}` };
  }
}

async function make(slot: number, { cluster, io, wanted, now }: TakeInput): Promise<Outcome> {
  const made = await cluster.createClaim(wanted.manifestOf(slot, now()), { signal: io.signal });
  if (!('refused' in made))
    return { claim: made, says: `Workspace ${slot} of ${wanted.slots} is new, and later jobs will find it.` };
  if (made.refused === 'exists') return 'again';
  return {
    claim: null,
    says: `The cluster has no room for another lasting workspace (${plainLine(made.message)}). ${startsEmpty}`,
  };
}

const reasons = {
  'in-use': (slots: number) =>
    slots === 1
      ? "The project's lasting workspace is in use by another job."
      : `All ${slots} lasting workspaces of the project are in use by other jobs.`,
  'of-others': (slots: number) =>
    `What is free of the project's lasting workspaces (${slots}) is of jobs with another user.`,
};

function describeTaken({ slot, lastUsed, claim }: WorkspaceClaim, { wanted, now }: TakeInput): string {
  if (claim.spec?.volumeName === undefined) return `Workspace ${slot} of ${wanted.slots} has no volume yet.`;
  const seconds = Math.max(0, Math.floor((now().getTime() - lastUsed) / 1000));
  return `Workspace ${slot} of ${wanted.slots}, last used ${durationText(seconds)} ago.`;
}
