// A job's log without what cannot be the same on two runners, or twice on one.

const replacements: readonly (readonly [RegExp, string])[] = [
  [/https?:\/\/[\w.[\]:-]*?:\d+/g, 'http://GITLAB'],
  [/\b20\d\d-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC/g, 'TIME'],
  [/\b[0-9a-f]{40}\b/g, 'SHA'],
  [/(Checking out|Gitaly correlation ID:) [0-9a-f]+/g, '$1 ID'],
  [/\b(correlation_id|token)=[\w-]+/g, '$1=X'],
  [/\bpid=\d+/g, 'pid=N'],
  // Which of the two a released helper says is not known: labkit's source was not at hand.
  [/\bstatus(_code)?=(\d+)/g, 'status=$2'],
];

/** @param readable the log as a person reads it; `directory` is where the job ran */
export function comparableLog(readable: string, directory: string): string {
  return replacements.reduce(
    (log, [what, by]) => log.replaceAll(what, by),
    readable.replaceAll(directory, 'DIRECTORY'),
  );
}
