// The operator's file as a Policy, or all of its mistakes with file, line and column: a policy with a mistake is no policy,
// because the half that was understood may allow what the other half forbids.
import { createHash } from 'node:crypto';
import { SystemFailure } from '../outcome/system-failure.ts';
import { plainLine } from '../text/plain-text.ts';
import { checkProfiles } from './check-profiles.ts';
import { checkPullPolicies } from './check-pull-policies.ts';
import type { Policy, WrittenPolicy } from './policy.ts';
import { formatKeyPath, type Problem } from './problem.ts';
import { readKeys } from './read-keys.ts';
import type { ReadablePolicy } from './readable-policy.ts';
import { describeIssue } from './schema/describe-issue.ts';
import { findNotes } from './schema/policy-notes.ts';
import { policySchema } from './schema/policy-schema.ts';
import { type Mistake, parseYaml, type YamlSource } from './yaml-source.ts';

/** Characters. Ten thousand patterns with reasons fit in; a file of another kind, given by mistake, is told apart before it is parsed. */
export const maxPolicyBytes = 4 * 1024 * 1024;
/** More at once is not read, and the first ones often explain the others. */
const maxMistakesShown = 40;
/** What is printed as one message is cut at 4,000 characters (plain-text.ts); a mistake is shown whole or counted. */
const maxCharactersShown = 3800;
/** Twelve hexadecimal digits tell two policies apart and can be read out over the phone. */
const hashLength = 12;

type PolicyCheck = (policy: ReadablePolicy) => readonly Problem[];

export interface ReadPolicyInput {
  readonly text: string;
  /** Only for messages. */
  readonly file: string;
  /** Checks that folders above this one add, for the same list of mistakes. */
  readonly checks?: readonly PolicyCheck[];
}

export interface ReadPolicyResult {
  readonly policy: Policy;
  /** What the operator should know though it is no mistake: `FILE:LINE:COLUMN: …`. */
  readonly notes: readonly string[];
  /** For findings about the policy that are made later. */
  readonly placeOf: YamlSource['placeOf'];
}

/** @throws SystemFailure 'policy-invalid' with every mistake that can be found at once. */
export function readPolicy({ text, file, checks = [] }: ReadPolicyInput): ReadPolicyResult {
  if (text.length > maxPolicyBytes) {
    const message = `the file has ${text.length} characters, and ${maxPolicyBytes} are the most that a policy may have; is it the right file?`;
    throw invalid(file, [{ line: 1, column: 1, message }]);
  }
  const parsed = parseYaml(text);
  if ('mistakes' in parsed) throw invalid(file, parsed.mistakes);
  const { source } = parsed;
  if (source.value === null) {
    throw invalid(file, [
      { line: 1, column: 1, message: 'the file is empty; at least cluster.namespace is needed' },
    ]);
  }
  const { policy, problems } = checkPolicyValue(source.value, hashOf(text), checks);
  if (policy === null || problems.length > 0) throw invalid(file, locate(problems, source));
  // What the schema takes is a written policy; the notes are about how it is written.
  const notes = findNotes(source.value as WrittenPolicy);
  return {
    policy,
    notes: locate(notes, source).map((note) => formatMistake(file, note)),
    placeOf: source.placeOf,
  };
}

/** A policy that is no text yet. `policy` is null when a key for itself is wrong, and then `problems` has it. */
export function checkPolicyValue(
  value: unknown,
  hash: string,
  checks: readonly PolicyCheck[],
): { readonly policy: Policy | null; readonly problems: readonly Problem[] } {
  const { data, error } = policySchema.safeParse(value);
  const policy = data === undefined ? null : { ...data, hash };
  const ofKeys = (error?.issues ?? []).flatMap((issue) => describeIssue(issue, policySchema, value));
  const readable = policy ?? readKeys(value, hash);
  const ofMore =
    readable === null
      ? []
      : [checkPullPolicies, checkProfiles, ...checks].flatMap((check) => check(readable));
  return { policy, problems: [...ofKeys, ...ofMore] };
}

function locate(problems: readonly Problem[], source: YamlSource): readonly Mistake[] {
  return problems
    .map(({ path, message, isAboutKey = false }) => ({
      ...source.placeOf(path, isAboutKey ? 'key' : 'value'),
      message: path.length === 0 ? `the policy ${message}` : `${formatKeyPath(path)} ${message}`,
    }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

function invalid(file: string, mistakes: readonly Mistake[]): SystemFailure {
  const shown = firstThatFit(mistakes.map((mistake) => formatMistake(file, mistake)));
  const hidden = mistakes.length - shown.length;
  const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
  const lines = [`The policy has ${count}:`, ...shown, ...(hidden > 0 ? [`and ${hidden} more.`] : [])];
  const places = mistakes.map(({ line, column, message }) => ({
    file,
    line,
    column,
    message: plainLine(message),
  }));
  return new SystemFailure('policy-invalid', { what: lines.join('\n') }, { mistakes: places });
}

function firstThatFit(lines: readonly string[]): readonly string[] {
  let characters = 0;
  return lines.slice(0, maxMistakesShown).filter((line, index) => {
    characters += line.length + 1;
    return index === 0 || characters <= maxCharactersShown;
  });
}

function formatMistake(file: string, { line, column, message }: Mistake): string {
  return `${file}:${line}:${column}: ${plainLine(message)}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, hashLength);
}
