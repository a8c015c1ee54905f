// What registries say of names that a policy admits: for `check --resolve`.

import type { ProjectFacts } from '../src/admission/allow-list.ts';
import { imageChecksOf, requiredKeys } from '../src/admission/image-checks.ts';
import { parseImageReference } from '../src/admission/parse-image-reference.ts';
import { readDockerConfig } from '../src/job/docker-config.ts';
import type { Policy } from '../src/policy/policy.ts';
import type { ImageAnswer } from '../src/registry/registries.ts';
import { credentialsFor } from '../src/stage/prepare/pin/pull-credentials.ts';
import { plainLine } from '../src/text/plain-text.ts';
import type { CommandIo } from './command/command-io.ts';
import { loadRegistries } from './stages/load-registries.ts';

/** A job has no more images than that; a registry is asked politely. */
const atOnce = 8;

interface ResolveInput {
  readonly policy: Policy;
  /** null: nobody in particular. */
  readonly project: ProjectFacts | null;
  readonly io: CommandIo;
}

/** Each name once, with the credentials of DOCKER_AUTH_CONFIG in the environment. */
export async function resolveNames(
  names: readonly string[],
  { policy, project, io: { env, signal } }: ResolveInput,
): Promise<ReadonlyMap<string, ImageAnswer>> {
  const registries = await loadRegistries();
  const checks = imageChecksOf(policy, null, project);
  const own = readDockerConfig(env['DOCKER_AUTH_CONFIG'] ?? '').entries;
  const answers = new Map<string, ImageAnswer>();
  const waiting = [...new Set(names)];
  const work = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const { reference } = parseImageReference(name);
      if (reference === undefined) continue;
      const answer = await registries.ask({
        ...reference,
        keys: requiredKeys(reference, checks),
        credentials: credentialsFor(reference, { entries: [] }, [own]),
        registries: policy.images?.registries ?? {},
        env,
        signal,
      });
      answers.set(name, answer);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work)).finally(() => registries.close());
  return answers;
}

/** One line each, for people. */
export function describeAnswer(name: string, answer: ImageAnswer): string {
  const plain = plainLine(name);
  switch (answer.kind) {
    case 'pinned':
      return `${plain} is ${answer.digest}${answer.signedBy.length === 0 ? '' : `, signed with the key ${answer.signedBy.join(' and ')}`}`;
    case 'unsigned':
      return `${plain} is ${answer.digest}, and would be rejected. ${answer.why}`;
    case 'not-found':
    case 'denied':
    case 'unknown-host':
    case 'forbidden-host':
    case 'failed':
      return `${plain} cannot be resolved: ${plainLine(answer.message)}`;
  }
}
