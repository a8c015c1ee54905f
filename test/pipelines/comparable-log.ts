// A job's log with everything that differs from run to run replaced by its kind, so that the rest can be compared line by line.

/** In their order. Each says what it is that cannot be the same twice. */
const replacements: readonly (readonly [RegExp, string])[] = [
  [/^(Scheduled|Pulling|Pulled|Created|Started)( \([\w[\]-]+\))?: .*\n/gm, ''],
  // Which of a cache's two names it is, with times and addresses; and what only one of helper and stand-in says.
  [/^(Selecting (primary|alternate) cache URL|Primary cache does not exist remotely).*\n/gm, ''],
  // Whether the node looks for a Secret before it is there, or for a server before it listens, is chance.
  [/^FailedToRetrieveImagePullSecret: .*\n/gm, ''],
  [/^Unhealthy \(services\[\d+\]\): Readiness probe failed: .*\n/gm, ''],
  [/\bjob-\d+-[a-z0-9]{8}\b/g, 'job-ID'],
  [/^(Pod \S+ is ready after) .*$/gm, '$1 N s on NODE: uid 1000, user namespace, helper VERSION'],
  [/^Starting the job's pod in namespace \S+$/gm, "Starting the job's pod in namespace NAMESPACE"],
  [/ and helper \S+$/gm, ' and helper HELPER'],
  [/https?:\/\/[\w.[\]:-]*?:\d+/g, 'http://GITLAB'],
  [/\b[0-9a-f]{40}\b/g, 'SHA'],
  [/(Checking out|HEAD is now at|Gitaly correlation ID:) [0-9a-f]+/g, '$1 ID'],
  [/^(Downloading artifacts for .*) \(\d+\)/gm, '$1 (N)'],
  [/\/cache\/project\/\d+\//g, '/cache/project/N/'],
  [/\bcorrelation_id=\w+/g, 'correlation_id=ID'],
  [/\bstatus(_code)?=(\d+)/g, 'status=$2'],
  [/\b(id|pid)=\d+/g, '$1=N'],
  [/\btoken=\w+/g, 'token=TOKEN'],
  [/\b\d+(\.\d+)? ?(ms|s|seconds?)\b/g, 'N s'],
  [/[ \t]+$/gm, ''],
  // GitLab Runner prints it after `git lfs pull`, where there is one.
  [/\n\n(?=Skipping Git submodules setup$|Updating\/initializing submodules)/gm, '\n'],
];

/** @param readable the log as a person reads it */
export function comparableLog(
  readable: string,
  ofThePipeline: readonly (readonly [RegExp, string])[],
): string {
  const text = [...ofThePipeline, ...replacements].reduce(
    (log, [what, by]) => log.replaceAll(what, by),
    readable,
  );
  return `${withEarlyWarnings(text).trimEnd()}\n`;
}

const serviceEnded = /^WARNING: The service .* ended with .*\n(?: {2}\| .*\n)*/gm;

/** A service that ends at once does so before or after the job's first script: it is told at the first place of the two. */
function withEarlyWarnings(log: string): string {
  const warnings = log.match(serviceEnded) ?? [];
  return log
    .replaceAll(serviceEnded, '')
    .replace(/^Preparing environment$/m, (line) => [...warnings, line].join(''));
}
