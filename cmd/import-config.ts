// A runner that exists comes over: its config.toml, or the values of its Helm chart, in; policy, runner's configuration and report out.
import { join, resolve } from 'node:path';
import { readTextFile } from '../src/files/read-file-to-end.ts';
import { readChartValues } from '../src/import-config/chart-values.ts';
import { type Imported, importConfig } from '../src/import-config/import-config.ts';
import { count, describeChart } from '../src/import-config/report.ts';
import { namespaceFault } from '../src/import-config/rows/connection-rows.ts';
import { SystemFailure } from '../src/outcome/system-failure.ts';
import { plainLine } from '../src/text/plain-text.ts';
import { defineCommand } from './command/define-command.ts';
import { jsonOption } from './command/shared-options.ts';
import { UsageError } from './command/usage-error.ts';
import { FilesExist, writeNewFiles } from './write-new-files.ts';

/** config.toml of a large installation has some hundred KiB. */
const maxBytes = 4 * 1024 * 1024;

const names = { policy: 'policy.yaml', runner: 'runner.toml', report: 'import-report.md' } as const;

export const importConfigFile = defineCommand({
  name: 'import-config',
  audience: ['operators'],
  summary: "make a policy of the runner's configuration.",
  usage: ['import-config --out DIR [--runner NAME] [--namespace NAME] [--json] FILE'],
  about: [
    "It reads a config.toml with GitLab's Kubernetes or Docker executor, or the values of GitLab's Helm chart, and writes a policy, a configuration of the runner that uses it, and a report that says of every key what became of it. Nothing is changed, and no file is written over.",
    'The allow-lists give the same verdicts as before. What would loosen the policy (privileged containers, hostPath, capabilities) is never written: the report says what to do instead.',
  ],
  positionals: [{ name: 'FILE', help: 'config.toml, or values of the chart (.yaml, .yml)' }],
  options: {
    out: {
      value: 'DIR',
      help: `where ${names.policy}, ${names.runner} and ${names.report} go; made if it is missing. ${names.runner} has the runner's token`,
    },
    runner: { value: 'NAME', help: 'which of several runners' },
    namespace: { value: 'NAME', help: "where job pods are created; else the file's" },
    executable: {
      value: 'FILE',
      help: 'where the executor is installed; /opt/gitlab-pod-executor/gitlab-pod-executor unless given',
    },
    'policy-path': {
      value: 'FILE',
      help: 'where the policy will be; /etc/gitlab-pod-executor/policy.yaml unless given',
    },
    json: jsonOption,
  },
  exitCodes: '0 all files are written, 2 none is: wrong usage, mistakes in FILE, or a file that exists.',
  examples: `Try it:  cd /etc/gitlab-runner
         gitlab-pod-executor import-config --out /tmp/import config.toml
         less /tmp/import/import-report.md
         gitlab-pod-executor check --policy /tmp/import/policy.yaml --lint`,
  run({ options, positionals, io }) {
    const [file = ''] = positionals;
    if (positionals.length !== 1)
      throw new UsageError(`import-config takes one FILE, and got ${positionals.length}.`);
    if (options.out === undefined || options.out === '')
      throw new UsageError('import-config needs --out DIR, the folder that the files go to.');
    const fault = options.namespace === undefined ? null : namespaceFault(options.namespace);
    if (fault !== null) throw new UsageError(`--namespace ${fault}.`);
    const { imported, chart } = importFile(file, options);
    const out = resolve(options.out);
    write(out, {
      [names.policy]: imported.policy,
      [names.runner]: imported.runner,
      [names.report]: imported.report + chart,
    });
    if (options.json) io.stdout.write(`${JSON.stringify({ folder: out, keys: imported.entries })}\n`);
    else io.stdout.write(`${describe(out, imported)}\n`);
    return 0;
  },
});

interface Asked {
  readonly runner?: string | undefined;
  readonly namespace?: string | undefined;
  readonly executable?: string | undefined;
  readonly 'policy-path'?: string | undefined;
}

function importFile(file: string, options: Asked): { readonly imported: Imported; readonly chart: string } {
  const text = readInput(file);
  const input = {
    file,
    runner: options.runner,
    namespace: options.namespace,
    executable: options.executable ?? '/opt/gitlab-pod-executor/gitlab-pod-executor',
    policyFile: options['policy-path'] ?? '/etc/gitlab-pod-executor/policy.yaml',
  };
  if (!/\.ya?ml$/i.test(file)) return { imported: importConfig({ ...input, text }), chart: '' };
  const read = readChartValues(text);
  if ('mistakes' in read) {
    const places = read.mistakes.map(({ message, ...place }) => ({
      file,
      ...place,
      message: plainLine(message),
    }));
    const lines = places.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
    throw new SystemFailure(
      'import',
      { what: ['Nothing was imported:', ...lines].join('\n') },
      { mistakes: places },
    );
  }
  const { chart } = read;
  return {
    imported: importConfig({ ...input, text: chart.text, offset: chart.offset }),
    chart: describeChart(chart),
  };
}

function readInput(file: string): string {
  try {
    return readTextFile(file, maxBytes);
  } catch (cause) {
    throw new SystemFailure(
      'import',
      { what: `Cannot read ${file}: ${(cause as Error).message}.` },
      { cause },
    );
  }
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  try {
    writeNewFiles(folder, files);
  } catch (cause) {
    const isTaken = cause instanceof FilesExist;
    const what = isTaken
      ? `Nothing was written: ${cause.files.join(', ')} ${cause.files.length === 1 ? 'is' : 'are'} there already.`
      : `Nothing was written: ${(cause as Error).message}.`;
    const author = isTaken
      ? 'Give another folder with --out; no file is written over.'
      : 'Give a folder that you may write with --out.';
    throw new SystemFailure('import', { what, author }, { cause });
  }
}

function describe(folder: string, { entries }: Imported): string {
  return [
    `${count(entries)} ${join(folder, names.report)} says what became of each.`,
    `Then: gitlab-pod-executor check --policy ${join(folder, names.policy)} --lint`,
  ].join('\n');
}
