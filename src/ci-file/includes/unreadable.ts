// The failure of a CI file that cannot be checked at all.
import { type FileMistake, SystemFailure } from '../../outcome/system-failure.ts';

const maxMistakesShown = 10;
/** A text that is no YAML at all has one in each line. */
const maxMistakesKept = 100;

/** The text has the first few; many more, each once, are the failure's `mistakes`. */
export function unreadable(mistakes: readonly FileMistake[]): SystemFailure {
  const byText = new Map(mistakes.map((mistake) => [describeMistake(mistake), mistake]));
  const texts = [...byText.keys()];
  const hidden = texts.length - maxMistakesShown;
  const more = hidden > 0 ? [`and ${hidden} more`] : [];
  return new SystemFailure(
    'ci-file-unreadable',
    { what: ['The CI file cannot be read:', ...texts.slice(0, maxMistakesShown), ...more].join('\n') },
    { mistakes: [...byText.values()].slice(0, maxMistakesKept) },
  );
}

const describeMistake = ({ file, line, column, message }: FileMistake): string =>
  `${file}:${line}:${column}: ${message}`;
