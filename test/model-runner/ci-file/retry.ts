// `retry:` of a job: a number, or a number with the failures that it is for (docs.gitlab.com/ci/yaml/#retrywhen).
import { isSettings, listOf, type Settings, textsOf } from './settings.ts';

export interface Retry {
  readonly max: number;
  /** GitLab's failure reasons, or `always`. */
  readonly when: readonly string[];
  readonly exitCodes: readonly number[];
}

export function retryOf(written: unknown): Retry {
  const { max = 0, when, exit_codes: codes }: Settings = isSettings(written) ? written : { max: written };
  const exitCodes = listOf(codes).map(Number);
  // Without a word about it any failure counts; with exit codes alone only those.
  const always = when === undefined && exitCodes.length === 0;
  return { max: Number(max ?? 0), when: always ? ['always'] : textsOf(when), exitCodes };
}

export function retries(
  { max, when, exitCodes }: Retry,
  failed: { readonly reason: string | null; readonly exitCode: number | null; readonly attempts: number },
): boolean {
  if (failed.attempts > max) return false;
  if (when.includes('always') || (failed.reason !== null && when.includes(failed.reason))) return true;
  return failed.exitCode !== null && exitCodes.includes(failed.exitCode);
}
