// The demo as a person starts it, after the set-up: each job of the demo project, on the embedded cluster.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
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
  return { exitCode: await ended, output: `${output}${complaints}` };
}

/** Ctrl-C, so many times, as soon as these words are shown. */
async function interrupted(words: string, times: number): Promise<Shown & { readonly complaints: string }> {
  const child = spawn(process.execPath, ['scripts/demo.ts'], {
    cwd: root,
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = new Promise<number | null>((done) => child.once('close', done));
  const complaints = text(child.stderr);
  const pressAgain = async (): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      process.kill(-(child.pid ?? 0), 'SIGINT');
      await setTimeout(50);
    }
  };
  let output = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    const isFirst = !output.includes(words);
    output += String(chunk);
    if (isFirst && output.includes(words)) void pressAgain().catch(() => undefined);
  }
  return { exitCode: await ended, output, complaints: await complaints };
}

describe.skipIf(reason)('scripts/demo', () => {
  it('the demo clones, builds and keeps the artifact, and shows the uid inside and outside', async () => {
    const { exitCode, output } = await demo();

    expect(output).toContain('The job "build" ended as it should.');
    expect(exitCode).toBe(0);
    expect(output).toMatch(/▾ Getting source from Git repository\n[\s\S]*\nJob succeeded\n/);
    expect(output).toMatch(/uid +1000 +\d{5,}\n/);
    // It is a pipe here, which shows no colours.
    expect(output).not.toContain('\u001b');
    expect(output).toContain('  ✓ artifact arrived: greeting.zip with out/greeting.txt in it\n');
    expect(output).toMatch(/^ {2}✓ own user namespace: uid 1000 in the pod is \d{5,} on /m);
    expect(output).toContain('  ✓ pod gone: namespace ci has none of this job\n');
    expect(output).toMatch(/^Models: +GitLab, GitLab Runner 19\.4 and its helper, API server and kubelet/m);
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

  it('the demo builds an image where this machine can, and says what it lacks where it cannot', async () => {
    const { exitCode, output } = await demo('--job', 'builds-an-image');

    expect(output).toMatch(
      exitCode === 0
        ? /✓ both RUN lines ran, and a file has another owner\n[\s\S]*The job "builds-an-image" ended as it should\./
        : /^demo: builds-an-image needs (buildah; on Debian: apt-get install|a user namespace with many ids)/m,
    );
    expect([0, 2]).toContain(exitCode);
  });

  it('the demo ends the job on Ctrl-C, which a terminal sends to every process, and clears up', async () => {
    const { exitCode, output, complaints } = await interrupted('Getting source', 1);

    expect(output).toContain('stopping the job; Ctrl-C again stops everything at once …');
    expect(output).not.toContain('Cleanup script failed');
    expect(complaints).toBe('demo: stopped; nothing of it is left running\n');
    expect(exitCode).toBe(130);
  });

  it('the demo makes no pod when Ctrl-C comes before its job', async () => {
    const { exitCode, output, complaints } = await interrupted('Starting the embedded cluster', 1);

    expect(output).not.toContain('Running with gitlab-runner');
    expect(complaints).toBe('demo: stopped; nothing of it is left running\n');
    expect(exitCode).toBe(130);
  });

  it('the demo waits for nothing on a second Ctrl-C, and clears up all the same', async () => {
    const { exitCode, output, complaints } = await interrupted('Getting source', 3);

    expect(output).toContain('stopping everything …');
    expect(output).not.toContain('Job failed');
    expect(complaints).toBe('demo: stopped; nothing of it is left running\n');
    expect(exitCode).toBe(130);
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
