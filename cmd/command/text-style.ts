// How wide and how colourful our words may be: a terminal's own width, and colours only where somebody sees them.
import type { TextStyle } from '../../src/text/text-style.ts';
import type { CommandIo } from './command-io.ts';

/** Fits most terminals, mails and tickets. */
const maxColumns = 100;
/** A table narrower than this is not readable; the terminal wraps it then. */
const minColumns = 60;

export function textStyle({ stdout, env }: CommandIo): TextStyle {
  // Some pseudo-terminals have 0.
  const columns = Math.min(stdout.columns || maxColumns, maxColumns);
  // https://no-color.org, https://force-color.org: the log of a CI job shows colours, and is no terminal.
  const isSeen = stdout.isTTY === true || Boolean(env['FORCE_COLOR']);
  return { width: Math.max(columns, minColumns), hasColours: isSeen && !env['NO_COLOR'] };
}
