// What a CI file leaves open, with the place of each, and how to find out.
import type { Remarks } from '../check/check-report.ts';
import type { CiPlace } from '../ci-file/ci-names.ts';
import { plainLine } from '../text/plain-text.ts';
import { shorten } from './verdict-card.ts';

export interface OpenEnds {
  /** Not checked. */
  readonly unresolved: readonly FileRemark[];
  /** Keys that do not count. */
  readonly overridden: readonly FileRemark[];
  /** What to do about the unresolved ones. */
  readonly advice: readonly string[];
  /** Variables whose values are missing. */
  readonly variables: readonly string[];
}

export interface FileRemark extends Pick<CiPlace, 'line' | 'column'> {
  readonly text: string;
}

const maxRemarks = 50;
/** So many fields still are a form that somebody fills in. */
const maxVariables = 12;

export function describeOpenEnds({ unresolved, overridden }: Remarks): OpenEnds {
  const variables = [...new Set(unresolved.flatMap(({ variable }) => variable ?? []))];
  return {
    unresolved: limited(
      unresolved.map((each) => ({ ...placeOf(each), text: `${quoted(each.what)} ${plainLine(each.why)}.` })),
    ),
    overridden: limited(
      overridden.map((each) => ({
        ...placeOf(each),
        text: `${quoted(each.key)} does not count: line ${each.winnerLine} has the same key, and GitLab takes the last.`,
      })),
    ),
    advice: [
      ...(unresolved.some(({ isInclude }) => isInclude) ? [adviceOnIncludes] : []),
      ...(variables.length > 0 ? [adviceOnVariables] : []),
    ],
    variables: variables.filter((name) => name.length <= maxNameLength).slice(0, maxVariables),
  };
}

const adviceOnIncludes =
  'GitLab shows a file with all that it includes: in your project under Build › Pipeline editor › Full configuration. Paste that text instead.';
const adviceOnVariables =
  'Variables that GitLab or your project’s settings bring have no value here. Fill it in above the answer, and the name is checked.';

/** Longer than the name of any variable that a field could show. */
const maxNameLength = 100;

/** No mark of a text may end the mark around it. */
const quoted = (text: string): string => `\`${shorten(plainLine(text)).replaceAll('`', '′')}\``;

const placeOf = ({ line, column }: CiPlace): Pick<CiPlace, 'line' | 'column'> => ({ line, column });

function limited(remarks: readonly FileRemark[]): readonly FileRemark[] {
  return remarks.slice(0, maxRemarks);
}
