// What a changed policy would do to jobs of the past, for people.
import type { Comparison } from '../record/compare-records.ts';
import { plainLine } from '../text/plain-text.ts';

/** Who has more reads the JSON. */
const maxNames = 40;

export function reportComparison({ jobs, unreadable, refused, admitted, names }: Comparison): string {
  const lines = names
    .slice(0, maxNames)
    .flatMap(({ image, kind, change, reason, jobs: count, projects, projectCount }) => [
      `${change.padEnd(8)}  ${kind} ${image === '' ? '(none)' : plainLine(image)}`,
      `          ${numbered(count, 'job')} of ${projects.map(plainLine).join(', ')}${projectCount > projects.length ? ` and ${projectCount - projects.length} more projects` : ''}`,
      `          ${plainLine(reason)}`,
    ]);
  return [
    ...lines,
    ...(names.length > maxNames ? [`… and ${names.length - maxNames} more names; --json has all.`] : []),
    `${numbered(jobs, 'job')}: ${refused} that were admitted would be refused, ${admitted} that were refused would be admitted.`,
    ...(unreadable > 0
      ? [
          `${numbered(unreadable, 'line')} could not be read, and ${unreadable === 1 ? 'is' : 'are'} not counted.`,
        ]
      : []),
    '',
  ].join('\n');
}

const numbered = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
