// The resident that launchers of this build and user find, for people who ask.
import type { ResidentFacts } from '../../src/doctor/resident.ts';
import { findOtherBuilds, findResidentState } from '../../src/resident/resident-state.ts';
import { version } from '../version.ts';
import { residentPath } from './resident-path.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws SystemFailure for a path that is another one for each launcher */
export async function findResident(env: Environment): Promise<ResidentFacts> {
  const uid = process.getuid?.() ?? 0;
  const facts: ResidentFacts[] = [];
  for (const directory of placesFor(env)) {
    const [state, others] = await Promise.all([
      findResidentState(directory, uid),
      findOtherBuilds(directory, uid),
    ]);
    facts.push({ directory, state, others, version, uid });
  }
  const [first] = facts;
  if (first === undefined) throw new Error('There is no place to look for a resident in.');
  return facts.find(({ state }) => state.kind === 'serving') ?? first;
}

/** A person who asks mostly has a session, and its XDG_RUNTIME_DIR; GitLab Runner as a service of the system has none. */
function placesFor(env: Environment): readonly string[] {
  return [...new Set([residentPath(env), residentPath({ ...env, XDG_RUNTIME_DIR: undefined })])];
}
