// The demo behind scripts/demo: one job of test/demo-project, through the four real executables, in a pod.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startModelGitLab } from '../test/model-runner/gitlab/start-model-gitlab.ts';
import { type Interrupts, Stopped, watchInterrupts } from './demo-interrupts.ts';
import { demoJobs } from './demo-jobs.ts';
import { type DemoOptions, readDemoOptions } from './demo-options.ts';
import { addressTowards, openRealPlace, startEmbeddedPlace } from './demo-place.ts';
import { showJob } from './demo-show.ts';
import { print, say } from './demo-words.ts';

const couldNotTry = 2;
/** As shells have it for SIGINT. */
const stopped = 130;

process.exitCode = await main(process.argv.slice(2));
// What was stopped at once still waits for answers that nobody gives.
if (process.exitCode === stopped) process.exit();

async function main(argv: readonly string[]): Promise<number> {
  const options = readDemoOptions(argv);
  if (typeof options === 'string') return complain(`${options} See scripts/demo --help.`);
  if (options.list) return listJobs();
  if (!(options.job in demoJobs))
    return complain(`There is no job "${options.job}". See scripts/demo --list.`);
  if (options.real && !existsSync(options.real.kubeconfig))
    return complain(`There is no kubeconfig ${options.real.kubeconfig}.`);
  const directory = mkdtempSync(join(tmpdir(), 'gitlab-pod-executor-demo-'));
  const interrupts = watchInterrupts();
  try {
    return await demonstrate(options, { directory, interrupts });
  } catch (error) {
    // What fails because it was stopped says less than that.
    const { aborted } = interrupts.stop;
    complain(aborted ? new Stopped().message : (error as Error).message);
    return aborted ? stopped : couldNotTry;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Whatever happens, nothing of it goes on. */
async function demonstrate(
  options: DemoOptions,
  { directory, interrupts }: { readonly directory: string; readonly interrupts: Interrupts },
): Promise<number> {
  const { real } = options;
  const { stop, atOnce } = interrupts;
  const address = real ? await addressTowards(real) : '127.0.0.1';
  await using cleanups = new AsyncDisposableStack();
  const gitlab = await startModelGitLab({ dataDir: join(directory, 'gitlab'), address });
  cleanups.defer(() => gitlab.close());
  say(real ? 'Asking the cluster …' : 'Starting the embedded cluster …');
  const port = Number(new URL(gitlab.url).port);
  // Killed while it starts, it clears up and says so.
  const place = real ? await openRealPlace(real) : await startEmbeddedPlace(port, directory);
  cleanups.defer(() => place.stop());
  if (stop.aborted) throw new Stopped();
  interrupts.jobStarts();
  return await Promise.race([showJob({ job: options.job, directory, stop, gitlab, place }), atOnce]);
}

function listJobs(): number {
  for (const [name, { about }] of Object.entries(demoJobs)) print(`${name.padEnd(15)} ${about}\n`);
  return 0;
}

function complain(words: string): number {
  process.stderr.write(`demo: ${words}\n`);
  return couldNotTry;
}
