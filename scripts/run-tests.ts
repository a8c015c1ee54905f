// Runs every check and suite, each as its own process, and counts: a check is one, a suite has as many as its tests.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { whyNoSandbox } from '../test/embedded-cluster/client/why-no-sandbox.ts';
import {
  add,
  type Count,
  countBadEnd,
  describeFailures,
  nothing,
  readCounts,
  summaryOf,
} from './test-count.ts';

const checks = [
  'check:format',
  'check:lint',
  'check:types',
  'check:knip',
  'check:arrows',
  'check:house',
  'check:mirror',
  'check:shell',
];
/** In one run, so that no core waits for the last file of each; vitest.config.ts has their order. */
const suites = ['unit', 'doubles', 'scenarios', 'pipelines', 'process', 'attack', 'browser', 'cluster'];

const { values, positionals } = parseArgs({
  options: { 'allow-skips': { type: 'boolean', default: false } },
  allowPositionals: true,
});
const allowSkips = values['allow-skips'];
const unknown = positionals.filter((name) => ![...checks, ...suites].includes(name));
if (unknown.length > 0) {
  console.error(
    `No such check or suite: ${unknown.join(', ')}. There are ${[...checks, ...suites].join(', ')}.`,
  );
  process.exit(2);
}
const isWanted = (name: string): boolean => positionals.length === 0 || positionals.includes(name);

const scratch = mkdtempSync(join(tmpdir(), 'run-tests-'));
const noSandbox = await whyNoSandbox();
if (noSandbox !== null) console.log(noSandboxMessage(noSandbox));
let total = nothing;
const failures: string[] = [];
if (noSandbox !== null && !allowSkips) note('sandbox', { ...nothing, failed: 1 });
const report = join(scratch, 'report.json');
await Promise.all([runChecks(), runSuites(suites.filter(isWanted))]);
const failedTests = describeFailures(report);
rmSync(scratch, { recursive: true, force: true });

if (noSandbox !== null) console.log(`\n${noSandboxMessage(noSandbox)}`);
if (failures.length > 0) console.log(`\nFailed: ${failures.join(', ')}`);
for (const check of failures.filter((name) => checks.includes(name))) console.log(`  npm run ${check}`);
for (const line of failedTests) console.log(`  ${line}`);
console.log(`\n${summaryOf(total)}`);
process.exit(total.failed === 0 ? 0 : 1);

/** One core is enough for them; most tests wait for pods and processes. */
async function runChecks(): Promise<void> {
  for (const check of checks.filter(isWanted)) note(check, await runCheck(check));
}

function note(name: string, count: Count): void {
  total = add(total, count);
  if (count.failed > 0) failures.push(name);
}

function noSandboxMessage(reason: string): string {
  const outcome = allowSkips ? 'as --allow-skips allows' : 'which is a failure without --allow-skips';
  return `NO SANDBOX: what needs one is skipped, ${outcome}.\n${reason}`;
}

async function runCheck(name: string): Promise<Count> {
  const code = await runBeside('npm', ['run', '--silent', name]);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

async function runSuites(names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const projects = names.flatMap((name) => ['--project', name]);
  const code = await runProgram('vitest', ['run', ...projects, ...reporters]);
  const counts = readCounts(report);
  for (const name of names) note(name, countBadEnd(counts.get(name) ?? nothing, { allowSkips }));
  // A crash, or an error outside of all tests.
  if (code !== 0 && failures.length === 0) note('vitest', { ...nothing, failed: 1 });
}

/** Where there is a sandbox, no suite may end without it. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, REQUIRE_SANDBOX: noSandbox === null ? '1' : '' };
}

function runProgram(program: string, args: string[]): Promise<number> {
  const started = performance.now();
  console.log(`\n── ${titleOf(program, args)}`);
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], env: environment() });
    child.on('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on('close', (code) => {
      console.log(`── ${endOf(code, started)}`);
      resolve(code ?? 1);
    });
  });
}

/** What it prints appears at its end, in one piece. */
function runBeside(program: string, args: string[]): Promise<number> {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: environment() });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    child.on('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on('close', (code) => {
      console.log(`\n── ${titleOf(program, args)}\n${output}── ${endOf(code, started)}`);
      resolve(code ?? 1);
    });
  });
}

function titleOf(program: string, args: readonly string[]): string {
  return `${program} ${args.slice(0, 4).join(' ')}`;
}

function endOf(code: number | null, started: number): string {
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  return `${code === 0 ? 'ok' : `FAILED (exit code ${code})`} after ${seconds} s`;
}
