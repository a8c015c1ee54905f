// The last words of a stage to the job log, or of a command to whoever called it.

import { line } from '../text/log-lines.ts';
import { plainText } from '../text/plain-text.ts';
import { BuildFailure } from './build-failure.ts';
import { type FailureParts, failureText } from './failure.ts';
import { type FileMistake, SystemFailure } from './system-failure.ts';

/**
 * The text for stderr, with a final newline. In a job's log (`isJobLog`) it has colours, and is empty when everything was said
 * already (a failing script speaks for itself, a rejection has printed its message); a command for people has said nothing yet. A
 * failure we did not foresee comes with its stack, so that it can be reported.
 */
export function describeFailure(
  error: unknown,
  { isJobLog, isForOperator = false }: Reader = inJobLog,
): string {
  const isForeseen = error instanceof BuildFailure || error instanceof SystemFailure;
  if (isForeseen && !isJobLog)
    return line(plainText(isForOperator ? textForOperator(error.parts) : error.message));
  if (isForeseen && (error.code === 'script-failed' || error.code === 'rejected')) return '';
  // GitLab Runner knows why it asked, and says it in red itself.
  if (isForeseen && error.code === 'interrupted') return line(plainText(error.message), 'yellow');
  if (isForeseen) return line(`ERROR: ${plainText(error.message)}`, 'red');
  return `${line(
    'ERROR: gitlab-pod-executor hit an unexpected error; this is a bug in it, not in the job. ' +
      'Please report it with the lines below.',
    isJobLog ? 'red' : 'plain',
  )}${plainText(stackOf(error))}\n`;
}

interface Reader {
  readonly isJobLog: boolean;
  /** Who called is an operator: nobody needs to be told apart, and no author is there to do anything. */
  readonly isForOperator?: boolean;
}

const inJobLog: Reader = { isJobLog: true };

function textForOperator({ operator, author, ...parts }: FailureParts): string {
  const advice = operator === undefined ? author : operator.slice(0, 1).toUpperCase() + operator.slice(1);
  return failureText({ ...parts, author: advice });
}

/** The same for programs: the parts apart. null: not a failure of ours but a bug, which has a stack and no parts. */
export function failureJson(error: unknown): FailureJson | null {
  if (!(error instanceof BuildFailure || error instanceof SystemFailure)) return null;
  const { what, why = null, author = null, operator = null } = error.parts;
  const isSystem = error instanceof SystemFailure;
  return {
    outcome: isSystem ? 'system failure' : 'build failure',
    code: error.code,
    what,
    why,
    author,
    operator,
    transient: isSystem && error.isTransient,
    mistakes: isSystem ? error.mistakes : [],
  };
}

export interface FailureJson {
  readonly outcome: 'build failure' | 'system failure';
  readonly code: string;
  readonly what: string;
  readonly why: string | null;
  readonly author: string | null;
  readonly operator: string | null;
  /** Whether the same may work in a moment. */
  readonly transient: boolean;
  /** Of a policy with mistakes: each with its place. */
  readonly mistakes: readonly FileMistake[];
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\nCaused by: ${stackOf(error.cause)}`;
  return `${error.stack ?? `${error.name}: ${error.message}`}${cause}`;
}
