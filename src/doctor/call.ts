// A question to the cluster that has a limit, and whose failure is a finding and not the end of the examination.

import { type FailureParts, failureText } from '../outcome/failure.ts';
import { SystemFailure, type ViolatedLevel } from '../outcome/system-failure.ts';
import { plainLine } from '../text/plain-text.ts';
import type { Remedy } from './doctor-finding.ts';

/** An API server that needs longer for one answer cannot serve jobs. */
const answerMilliseconds = 15_000;

export interface Refused {
  readonly code: SystemFailure['code'];
  readonly parts: FailureParts;
  readonly violatedLevel?: ViolatedLevel | undefined;
}

/** @throws what is neither the cluster's no nor its silence: Ctrl-C, and mistakes of ours */
export async function ask<T>(
  question: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  milliseconds = answerMilliseconds,
): Promise<{ readonly answer: T } | { readonly refused: Refused }> {
  const limit = AbortSignal.timeout(milliseconds);
  try {
    return { answer: await question(AbortSignal.any([signal, limit])) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SystemFailure) {
      const { code, parts, violatedLevel } = error;
      return { refused: { code, parts, violatedLevel } };
    }
    if (!limit.aborted) throw error;
    const what = `The API server did not answer within ${milliseconds / 1000} s.`;
    return { refused: { code: 'cluster-unreachable', parts: { what } } };
  }
}

type Parts = Pick<Refused, 'parts'>;

/** What failed and why, on one line; the advice in a failure is the row's remedy. */
export function foundOf({ parts: { what, why } }: Parts): string {
  return plainLine(failureText({ what, why }));
}

/** What the failure itself advises its operator. `code`: what there is to type for it. */
export function remediesOf({ parts: { operator } }: Parts, code?: string): Remedy[] {
  const text = operator ?? (code === undefined ? undefined : 'on the cluster:');
  if (text === undefined) return [];
  return [{ text: capitalized(plainLine(text)), ...(code === undefined ? {} : { code }) }];
}

const capitalized = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
