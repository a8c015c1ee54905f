// The demo as a person starts it, after the set-up: each job of the demo project, on the embedded cluster.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { reasonToSkip } from '../embedded-cluster/client/why-no-sandbox.ts';
import { probeSandbox } from '../embedded-cluster/probe-sandbox.ts';

const root = resolve(import.meta.dirname, '../..');
const temporary = mkdtempSync(join(tmpdir(), 'demo-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const reason = reasonToSkip(
  await probeSandbox().then(
    () => null,
    (error: unknown) => (error as Error).message,
  ),
);
if (reason) console.warn(`SKIPPED: the demo is not shown; ${reason}`);

interface Shown {
  readonly exitCode: number | null;
  readonly output: string;
}

async function demo(...words: readonly string[]): Promise<Shown> {
  const env = { ...process.env, TMPDIR: temporary };
  const child = spawn(process.execPath, ['scripts/demo.ts', ...words], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((done) => child.once('close', done));
  const [output, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { exitCode: await ended, output: `${output}${complaints}`.replace(/\u001b\[[0-9;]*[mK]/g, '') };
}

describe.skipIf(reason)('scripts/demo', () => {
  it('the demo clones, builds and keeps the artifact, and shows the uid inside and outside', async () => {
    const { exitCode, output } = await demo();

    expect(output).toContain('The job "build" ended as it should.');
    expect(exitCode).toBe(0);
    expect(output).toMatch(/▾ Getting source from Git repository\n[\s\S]*\nJob succeeded\n/);
    expect(output).toMatch(/uid +1000 +\d{5,}\n/);
    expect(output).toMatch(
      /The artifact greeting\.zip \(\d+ bytes\) arrived: \/.*\/tmp\/demo\/build\/greeting\.zip\n/,
    );
  });

  it.each([
    ['fails-with-42', 'GitLab has the job as failed (script_failure, exit code 42, allowed to fail).'],
    ['with-service', 'Hello from the service'],
    ['rejected', 'ERROR: This runner does not allow the image "docker.io/someone/unknown:latest".'],
  ])('the demo shows the job %s end as it should', async (job, words) => {
    const { exitCode, output } = await demo('--job', job);

    expect(output).toContain(words);
    expect(output).toContain(`The job "${job}" ended as it should.`);
    expect(exitCode).toBe(0);
  });

  it('the demo ends clean on Ctrl-C, which a terminal sends to every process', async () => {
    const child = spawn(process.execPath, ['scripts/demo.ts'], {
      cwd: root,
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const ended = new Promise<number | null>((done) => child.once('close', done));
    const complaints = text(child.stderr);
    let output = '';
    for await (const chunk of child.stdout.setEncoding('utf8')) {
      const isFirst = !output.includes('Getting source');
      output += String(chunk);
      if (isFirst && output.includes('Getting source')) process.kill(-(child.pid ?? 0), 'SIGINT');
    }

    expect(output).not.toContain('Cleanup script failed');
    expect(await complaints).toBe('demo: stopped; nothing of it is left running\n');
    expect(await ended).toBe(2);
  });

  it('the demo leaves nothing in the temporary directory', () => {
    // Node's own compile cache is no part of the demo.
    expect(readdirSync(temporary).filter((name) => name !== 'node-compile-cache')).toEqual([]);
  });
});

describe('scripts/demo', () => {
  it.each([
    [['--job', 'nope'], 'There is no job "nope". See scripts/demo --list.'],
    [['--namespace', 'x'], '--namespace is for a real cluster'],
    [['--kubeconfig', '/no/such', '--listen', '10.0.0.1'], 'There is no kubeconfig /no/such.'],
    [['--kubeconfig', 'package.json', '--listen', 'here'], '--listen here is not an IP address.'],
  ])('the demo says what is wrong with %j', async (words, complaint) => {
    const { exitCode, output } = await demo(...words);

    expect(output).toContain(complaint);
    expect(exitCode).toBe(2);
  });
});
