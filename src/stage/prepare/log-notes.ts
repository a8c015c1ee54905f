// What the author should know of a job though it runs: a few lines as they are, more in a collapsed section. Warnings are never hidden.
import type { JobPlan } from '../../plan/job-plan.ts';
import { line, sectionEnd, sectionStart } from '../../text/log-lines.ts';
import { plainLine } from '../../text/plain-text.ts';
import { shortList } from '../../text/short-list.ts';

/** More would push what the job prints off the first screen. */
const maxOpen = 3;

/** Of what a job sets itself; more is in the pod. */
const maxLength = 2000;

interface NotesLog {
  readonly log: (text: string) => void;
  /** Makes the section's name one that no job output can close: letters and digits, new at each call. */
  readonly random: () => string;
  readonly now: () => Date;
}

export function logNotes(
  { granted, notes, warnings }: Pick<JobPlan, 'granted' | 'notes' | 'warnings'>,
  to: NotesLog,
): void {
  if (granted.length > 0) to.log(line(`Set by this job: ${plainLine(shortList(granted, { maxLength }))}.`));
  const lines = notes.map((note) => line(plainLine(note), 'yellow'));
  for (const text of notes.length > maxOpen ? folded(lines, to) : lines) to.log(text);
  for (const warning of warnings) to.log(line(`WARNING: ${plainLine(warning)}`, 'yellow'));
}

function folded(lines: readonly string[], { random, now }: NotesLog): readonly string[] {
  const section = `not_as_asked_${random()}`;
  const title = `${lines.length} of this job's settings do not apply as written`;
  return [sectionStart(section, title, { at: now(), collapsed: true }), ...lines, sectionEnd(section, now())];
}
