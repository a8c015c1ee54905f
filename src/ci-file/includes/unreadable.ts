// The failure of a CI file that cannot be checked at all.
import { SystemFailure } from '../../outcome/system-failure.ts';

const maxMistakesShown = 10;

/** `mistakes`: one a line, each with its place. */
export function unreadable(mistakes: readonly string[]): SystemFailure {
  const unique = [...new Set(mistakes)];
  const hidden = unique.length - maxMistakesShown;
  const more = hidden > 0 ? [`and ${hidden} more`] : [];
  return new SystemFailure('ci-file-unreadable', {
    what: ['The CI file cannot be read:', ...unique.slice(0, maxMistakesShown), ...more].join('\n'),
  });
}
