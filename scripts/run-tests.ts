// Runs every check and suite, each as its own process, and counts: a check is one, a suite has as many as its tests.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

const checks = ['check:format', 'check:lint', 'check:types', 'check:knip', 'check:arrows', 'check:mirror'];
/** Pods and processes want both cores to themselves, so suites run one after another. */
const suites = ['unit', 'doubles', 'scenarios', 'process', 'attack', 'browser', 'cluster'];

const scratch = mkdtempSync(join(tmpdir(), 'run-tests-'));
const total: Count = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];
for (const check of checks) add(check, await runCheck(check));
for (const suite of suites) add(suite, await runSuite(suite));
rmSync(scratch, { recursive: true, force: true });

if (failures.length > 0) console.log(`\nFailed: ${failures.join(', ')}`);
console.log(
  `\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`,
);
process.exit(total.failed === 0 ? 0 : 1);

function add(name: string, count: Count): void {
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
  if (count.failed > 0) failures.push(name);
}

async function runCheck(name: string): Promise<Count> {
  const code = await runProgram('npm', ['run', '--silent', name]);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

/** A suite that ends badly without a failing test (a crash, a file that does not load) counts as one failure. */
async function runSuite(name: string): Promise<Count> {
  const file = join(scratch, `${name}.json`);
  const code = await runProgram('vitest', [
    'run',
    '--project',
    name,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  const count = readCount(file);
  const ran = count.passed + count.failed + count.skipped > 0;
  if ((code !== 0 && count.failed === 0) || !ran) count.failed += 1;
  return count;
}

function readCount(file: string): Count {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as {
      numPassedTests: number;
      numFailedTests: number;
      numPendingTests: number;
    };
    return { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests };
  } catch {
    // No report was written: the suite did not get that far, and runSuite counts that.
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

function runProgram(program: string, args: string[]): Promise<number> {
  const started = performance.now();
  console.log(`\n── ${program} ${args.slice(0, 4).join(' ')}`);
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on('close', (code) => {
      console.log(
        `── ${code === 0 ? 'ok' : `FAILED (exit code ${code})`} after ${((performance.now() - started) / 1000).toFixed(1)} s`,
      );
      resolve(code ?? 1);
    });
  });
}
