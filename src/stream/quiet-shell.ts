// A bash whose subshell is killed (for memory, mostly) prints that subshell's whole text: every variable of the job, in clear
// where it is not masked. GitLab's script is one such subshell, so the outer shell's own words go to a file instead.

/** How GitLab Runner's bash writer begins the line that does the work (shells/bash.go): today, and until 2026 or by feature flag. */
const workBegins = ["\n(trap 'exit 1' TERM; eval ", '\n: | (eval ', '\n: | eval '];

/** eval puts its words together: what stands before the script runs first, and in the same shell. */
const loudAgain = "'exec 2>&9 9>&-\n' ";

/**
 * The script with its outer shell's stderr sent away, and the inner one's left where it was. A script of another shape is
 * returned as it is: better a talkative shell than a broken script.
 */
export function quietShell(script: Uint8Array): Uint8Array {
  const text = Buffer.from(script.buffer, script.byteOffset, script.byteLength);
  const [found] = workBegins
    .map((opening) => ({ opening, at: text.indexOf(opening) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  if (!found) return script;
  const end = found.at + found.opening.length;
  return Buffer.concat([
    text.subarray(0, found.at),
    Buffer.from('\nexec 9>&2 2>/dev/null; '),
    text.subarray(found.at + '\n'.length, end),
    Buffer.from(loudAgain),
    text.subarray(end),
  ]);
}
