// What arrives in a container for one sub-stage, in docs/stream.md, as the program sends it: `npm run docs` writes it, a test holds it.
import { readFileSync, writeFileSync } from 'node:fs';
import type { Cluster, ExecOptions } from '../src/cluster/cluster.ts';
import { helperContainer, podName } from '../src/layout/container-names.ts';
import { buildsDirectory, scriptsDirectory } from '../src/layout/paths.ts';
import {
  clearingOf,
  environmentOf,
  moveTemporaryFiles,
  usedWorkspace,
} from '../src/stage/run/used-workspace.ts';
import { attach } from '../src/stream/attach.ts';
import { quietShell } from '../src/stream/quiet-shell.ts';

const document = new URL('../docs/stream.md', import.meta.url);
const place = /(?<=<!-- arrival: npm run docs -->\n)[\s\S]*?(?=<!-- \/arrival -->)/;

const shell = '/bin/sh';
/** GitLab Runner's own, but for what it does. */
const script = Buffer.from(
  "#!/usr/bin/env bash\n\nset -eo pipefail\nset +o noclobber\n(trap 'exit 1' TERM; eval $'cd \"/builds/group/project\"\\n…') < /dev/null\nexit 0\n",
);

/** The first exec of `archive_cache`, as `run` makes it once user code had the workspace. */
async function firstExec(): Promise<ExecOptions> {
  const used = usedWorkspace(`${buildsDirectory}/group/project`, 'gitlab');
  const requests: ExecOptions[] = [];
  const cluster = {
    exec: (request: ExecOptions) => {
      requests.push(request);
      return Promise.resolve({ kind: 'exited', code: 0 });
    },
  } as Partial<Cluster> as Cluster;
  const never = new AbortController().signal;
  await attach(
    {
      cluster,
      pod: { name: podName(1001, 'k7m2qx4d'), uid: '' },
      container: helperContainer,
      shell,
      environment: environmentOf(shell, used),
      prologue: clearingOf(used, 'gitlab', script),
      directory: `${scriptsDirectory}/run-archive_cache-0123456789abcdef`,
      script: quietShell(moveTemporaryFiles(script, used)),
      delivered: 0,
      log: () => undefined,
      warn: () => undefined,
      timeouts: { reconnect: 0, stopGrace: 0 },
      logLimit: 0,
      signal: never,
      died: never,
    },
    { begun: false, written: 0, isFirst: true },
    () => undefined,
    never,
  );
  const [request] = requests;
  if (!request) throw new Error('nothing was sent');
  return request;
}

/** Each word of argv that is one line as it is, each program as a block; then stdin. */
export function renderArrival({ command, stdin }: Pick<ExecOptions, 'command' | 'stdin'>): string {
  const words = command.map((word, index) =>
    word.includes('\n')
      ? `argv[${index}]:\n${word.replace(/^/gm, '    ')}`
      : `argv[${index}]: ${word || '(empty)'}`,
  );
  const text = Buffer.from(stdin as Uint8Array)
    .toString()
    .trimEnd()
    .replace(/^(?=.)/gm, '    ');
  return `\`\`\`text\n${words.join('\n')}\nstdin:\n${text}\n\`\`\`\n`;
}

/** The page with the example as it should be. @throws when its place is gone */
export async function pageWithArrival(): Promise<string> {
  const text = readFileSync(document, 'utf8');
  if (!place.test(text)) throw new Error('docs/stream.md has no place for what arrives in a container');
  const example = renderArrival(await firstExec());
  return text.replace(place, () => `\n${example}\n`);
}

if (import.meta.main) writeFileSync(document, await pageWithArrival());
