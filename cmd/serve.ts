// The resident: one process for all stages of a runner's host, so that none of them starts Node.

import { describeResident } from '../src/doctor/resident.ts';
import { startResident } from '../src/resident/resident.ts';
import { makeResidentDirectory } from '../src/resident/resident-directory.ts';
import type { CommandIo } from './command/command-io.ts';
import { defineCommand } from './command/define-command.ts';
import { UsageError } from './command/usage-error.ts';
import { randomName } from './random-name.ts';
import { drainOrLeave } from './resident/drain-or-leave.ts';
import { fifoMaker } from './resident/fifo-maker.ts';
import { findResident } from './resident/find-resident.ts';
import { lockDirectory } from './resident/lock-directory.ts';
import { linkLogPump } from './resident/log-pump.ts';
import { maxOpenFiles } from './resident/max-open-files.ts';
import { readMetricsAddress } from './resident/metrics/metrics-address.ts';
import { residentPath } from './resident/resident-path.ts';
import { serveCalls } from './resident/serve-calls.ts';

/** Some hundreds of jobs need a third of it. */
export const defaultMaxMegabytes = 1024;
const megabyte = 1024 * 1024;

/** What still runs then goes on without us: its launcher takes it over. */
export const drainMilliseconds = 15_000;

const notServed = 1;

export const serve = defineCommand({
  name: 'serve',
  audience: ['operators'],
  summary: 'stay, and do the stages of all jobs of this machine.',
  usage: ['serve [--max-memory MIB] [--metrics ADDRESS]', 'serve --status'],
  about: [
    'It serves config, prepare, run and cleanup for the GitLab Runner of the same user on the same machine. Stages then cost milliseconds instead of a start of Node each. Without it each stage works alone; nothing else differs, and config.toml stays as it is.',
    'Launchers find it in $GITLAB_POD_EXECUTOR_RESIDENT, else in $XDG_RUNTIME_DIR/gitlab-pod-executor, else in /run/gitlab-pod-executor: a directory that only its user can enter.',
    'When it ends, is killed or is replaced by a new version, running scripts go on: their launchers follow them from the byte where the log stands.',
  ],
  positionals: [],
  options: {
    'max-memory': {
      value: 'MIB',
      help: `beyond it no new stage is served, and launchers work alone; ${defaultMaxMegabytes} unless given`,
    },
    metrics: {
      value: 'ADDRESS',
      help: 'serve metrics for Prometheus at unix:/path/of/a/socket or at 127.0.0.1:PORT; off unless given',
    },
    status: { help: 'say whether one serves, as doctor does, and do not serve' },
  },
  exitCodes:
    '0 it was asked to end (TERM), 2 it cannot serve: the directory is not its own, or another one serves. With --status: 0 one serves, 1 none does.',
  examples: `Run it:   config/systemd/gitlab-pod-executor.service
          (docs/operator-guide.md)`,
  async run({ options, io }) {
    if (options.status) return showStatus(io);
    const maxMemory = readMegabytes(options['max-memory']) * megabyte;
    const metricsAddress = options.metrics === undefined ? null : readMetricsAddress(options.metrics);
    const uid = process.getuid?.() ?? 0;
    const directory = await makeResidentDirectory(residentPath(io.env), uid);
    const lock = await lockDirectory(directory.lock);
    const report = (line: string): void => void io.stderr.write(`${line}\n`);
    try {
      await linkLogPump(directory.pump, io.env['PATH'] ?? '');
      const metrics =
        metricsAddress === null
          ? null
          : await (await import('./resident/metrics/serve-metrics.ts')).serveMetrics(metricsAddress);
      const calls = serveCalls(report, undefined, metrics?.wrap);
      const resident = await startResident({
        directory,
        uid,
        env: io.env,
        pid: process.pid,
        makeFifos: fifoMaker,
        random: randomName,
        serve: calls.serve,
        memory: () => process.memoryUsage.rss(),
        maxMemory,
        maxFiles: maxOpenFiles(),
        report,
      });
      report(`Serving in ${residentPath(io.env)}.`);
      await Promise.race([aborted(io.signal), lock.lost.then(() => report(`Lost ${directory.lock}.`))]);
      report(`Ending; ${resident.count()} calls are running.`);
      await drainOrLeave(resident, { milliseconds: drainMilliseconds, report });
      calls.close();
      metrics?.close();
      return 0;
    } finally {
      lock.release();
    }
  },
});

function readMegabytes(text: string | undefined): number {
  if (text === undefined) return defaultMaxMegabytes;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new UsageError(`serve cannot read --max-memory "${text}": write a number of mebibytes, like 512.`);
}

async function showStatus({ env, stdout }: CommandIo): Promise<number> {
  const facts = await findResident(env);
  stdout.write(`${describeResident(facts, new Date()).found}\n`);
  return facts.state.kind === 'serving' ? 0 : notServed;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
