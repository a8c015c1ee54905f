// The allow-list as an author reads it: patterns with the operator's reasons, shortened when it is long.
import { plainLine } from '../../text/plain-text.ts';
import { type AdmissionPolicy, type ProjectFacts, selectAllowList } from '../allow-list.ts';
import type { ImageKind } from '../verdict.ts';

/** More lines than this nobody reads in a job log; the help page has them all. */
const maxShown = 40;
/** Reasons stand in a column of their own as long as no pattern is longer. */
const widestPattern = 60;

export interface AllowedHere {
  /** `images: 7 patterns` */
  readonly title: string;
  readonly lines: readonly string[];
}

/** null: everything is allowed, and there is nothing to list. */
export function listAllowed(
  policy: AdmissionPolicy,
  kind: ImageKind,
  project: ProjectFacts,
): AllowedHere | null {
  const list = selectAllowList(policy, kind, project);
  if (list === null) return null;
  const shown = list.slice(0, maxShown);
  const width = Math.min(widestPattern, Math.max(0, ...shown.map(({ pattern }) => pattern.length)));
  const alwaysAllowed =
    kind === 'image' && policy.default_image !== undefined
      ? [`  ${policy.default_image} (when a job names no image)`]
      : [];
  return {
    title: `${kind}s: ${count(list.length)}`,
    lines: [
      `${kind === 'image' ? 'Images' : 'Services'}:`,
      ...shown.map(
        ({ pattern, because }) =>
          `  ${plainLine(because === undefined ? pattern : `${pattern.padEnd(width)}  ${because}`)}`,
      ),
      ...(list.length > maxShown ? [`  … and ${list.length - maxShown} more`] : []),
      ...alwaysAllowed,
      ...(list.length + alwaysAllowed.length === 0 ? ['  none'] : []),
    ],
  };
}

function count(patterns: number): string {
  if (patterns === 0) return 'none of your choice';
  return patterns === 1 ? '1 pattern' : `${patterns} patterns`;
}
