// The registries of a process: its connections, and what it knows for good.
import { setTimeout as sleep } from 'node:timers/promises';
import { keepAgents } from './http/agents.ts';
import { openSession } from './http/session.ts';
import type { ImageAnswer, ImageQuestion, Registries } from './registries.ts';
import { RegistryFailure } from './registry-failure.ts';
import { resolveDigest } from './resolve-digest.ts';
import { checkSignatures } from './signature/check-signatures.ts';
import { knownSignatures } from './signature/known-signatures.ts';

/** For one image with its signatures: the job waits for it, and GitLab Runner prepares a job three times. */
const maxMilliseconds = 60_000;
/** For one answer: a manifest is a few kilobytes. */
const milliseconds = 15_000;
/** Before a second and a third try: what passes at all often passes at once. */
const pauseMilliseconds = [500, 2000];

export function openRegistries({
  pauses = pauseMilliseconds,
  answerMilliseconds = milliseconds,
} = {}): Registries {
  const agents = keepAgents();
  const known = knownSignatures();
  return {
    ask: async (question) => {
      const late = AbortSignal.timeout(maxMilliseconds);
      const signal = AbortSignal.any([question.signal, late]);
      for (let tried = 0; ; tried++) {
        try {
          return await askOnce({ ...question, signal });
        } catch (error) {
          question.signal.throwIfAborted();
          if (late.aborted)
            return failed(`${question.registry} gave no answer within ${maxMilliseconds / 1000} s`);
          if (!(error instanceof RegistryFailure)) throw error;
          const pause = error.isTransient ? pauses[tried] : undefined;
          if (pause === undefined) return { kind: error.kind, message: error.message };
          await sleep(pause, undefined, { signal: question.signal });
        }
      }
    },
    close: () => agents.close(),
  };

  async function askOnce({
    registry,
    path,
    tag,
    keys,
    credentials,
    ...question
  }: ImageQuestion): Promise<ImageAnswer> {
    const { registries, env, signal } = question;
    const network = { agents, registries, env, milliseconds: answerMilliseconds, signal };
    const session = openSession({ repository: { registry, path }, credentials, network });
    const digest = question.digest ?? (await resolveDigest(session, tag ?? 'latest'));
    if (keys.length === 0) return { kind: 'pinned', digest, signedBy: [] };
    const { signedBy, why } = await checkSignatures(session, { digest, keys }, known);
    return signedBy === undefined ? { kind: 'unsigned', digest, why } : { kind: 'pinned', digest, signedBy };
  }
}

const failed = (message: string): ImageAnswer => ({ kind: 'failed', message });
