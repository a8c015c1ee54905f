// A bash whose subshell is killed (for memory, mostly) prints that subshell's whole text: every variable of the job, in clear
// where it is not masked. GitLab's script is one such subshell, so the outer shell's own words go to a file instead.

/** How GitLab Runner's bash writer begins the part that does the work (shells/bash.go). */
const workBegins = "(trap 'exit 1' TERM; eval ";

/**
 * The script with its outer shell's stderr sent away, and the inner one's left where it was. A script of another shape is
 * returned as it is: better a talkative shell than a broken script. All stays on one line, because a shell parses a whole
 * line before it runs it: a syntax error is still told.
 */
export function quietShell(script: Uint8Array): Uint8Array {
  const text = Buffer.from(script.buffer, script.byteOffset, script.byteLength);
  const marker = Buffer.from(`\n${workBegins}`);
  const at = text.indexOf(marker);
  if (at < 0) return script;
  return Buffer.concat([
    text.subarray(0, at),
    Buffer.from('\nexec 9>&2 2>/dev/null; (exec 2>&9 9>&-; '),
    text.subarray(at + 2),
  ]);
}
