// What GitLab Runner, a person or a crash does to a stage that runs: TERM, a second TERM, a closed log, a dead parent.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type Attempt, systemFailure } from './attempt.ts';
import { clusterSuite } from './on-cluster.ts';
import { readable } from './readable.ts';

const suite = await clusterSuite('stages that are told to end do so, and leave what they should');

/** A parent for the stage that can be killed alone. */
const runner = ['sh', '-c', '"$@" & wait $!', 'gitlab-runner'];
/** Takes the first bytes of a script's log, and no more. */
const stuckReader = [
  'sh',
  '-c',
  '[ "$2" = run ] || exec "$@"; mkfifo log; (head -c 1 >seen; exec sleep 1000) <log >/dev/null 2>&1 & exec "$@" >log',
  'gitlab-runner',
];
const slow = 'registry.example.org/slow:latest';
const patient = { timeouts: { ready: '60s', reconnect: '30s', stop_grace: '60s' } };
const shortTimeouts = { timeouts: { ready: '60s', reconnect: '30s', stop_grace: '1s' } };

/** It says when it is told to end, and goes on for ever all the same. */
const stubborn = 'trap "echo told" TERM; (setsid sleep 1000 &); echo started; while :; do sleep 0.1; done';

async function expectNothingLeft(attempt: Attempt): Promise<void> {
  await vi.waitFor(async () => expect(await suite.leftovers(attempt)).toEqual([]), { timeout: 30_000 });
}

describe.skipIf(suite.reason)('a script', () => {
  it('a script that is asked to end ends, its log is whole, and the pod stays for what follows', async () => {
    const attempt = suite.attempt({ policy: shortTimeouts });
    await attempt.prepare();
    const pods = await suite.pods(attempt);
    const stage = attempt.startScript(stubborn);
    await stage.says(/started/);
    stage.signal('SIGTERM');
    const { exitCode, stdout, stderr } = await stage.end;

    expect(exitCode).toBe(systemFailure);
    // A shell may tell of its child.
    expect(stdout).toMatch(/^started\n(Terminated\n)?told\n$/);
    expect(readable(stderr)).toBe(
      '<yellow>GitLab Runner ended the script (cancelled, timed out, or the runner shuts down).</>\n',
    );
    expect(await suite.pods(attempt)).toEqual(pods);
    const after = await attempt.script(
      'for p in /proc/[0-9]*/cmdline; do tr "\\0" " " <$p; echo; done 2>/dev/null | grep -c "[s]leep 1000"',
      'after_script',
    );
    expect(after).toMatchObject({ stdout: '0\n', code: '1\n' });
    await attempt.call('cleanup');
    await expectNothingLeft(attempt);
  });

  it('a script that is stopped in mid-line leaves a line of its own to our message', async () => {
    const attempt = suite.attempt({ policy: { ...shortTimeouts, log_limit: '1Ki' } });
    await attempt.prepare();
    const { stdout, stderr } = await attempt.script('head -c 5000 /dev/zero | tr "\\0" x');

    expect(stdout).toBe('x'.repeat(1024));
    expect(readable(stderr)).toMatch(/^\n<red>ERROR: The script printed more than 1 KiB, /);
    await attempt.call('cleanup');
    await expectNothingLeft(attempt);
  });

  // @promise stop: a second SIGTERM, a closed log, a killed runner — the pod is deleted at once
  it('a script that is asked twice to end takes its pod with it', async () => {
    const attempt = suite.attempt({ policy: patient });
    await attempt.prepare();
    const stage = attempt.startScript(stubborn);
    await stage.says(/started/);
    // Two at once would be one: it is told until it has heard twice.
    const telling = setInterval(() => stage.signal('SIGTERM'), 100);
    const { exitCode, stderr } = await stage.end;
    clearInterval(telling);

    expect(exitCode).toBe(systemFailure);
    expect(readable(stderr)).toBe(
      "<yellow>GitLab Runner is gone, or asked twice to end; the job's pod is deleted.</>\n",
    );
    await expectNothingLeft(attempt);
  });

  it('a script that is asked twice to end does so while its log is stuck in a pipe', async () => {
    const attempt = suite.attempt({ policy: patient, wrapper: stuckReader });
    await attempt.prepare();
    const stage = attempt.startScript('head -c 1000000 /dev/zero; sleep 1000');
    await vi.waitFor(() => expect(readFileSync(join(attempt.directory, 'seen'))).toHaveLength(1), 30_000);
    const telling = setInterval(() => stage.signal('SIGTERM'), 100);
    expect(await stage.end).toMatchObject({ exitCode: systemFailure });
    clearInterval(telling);
    // The reader.
    process.kill(-stage.pid, 'SIGKILL');
    await expectNothingLeft(attempt);
  });

  // @promise stop: a second SIGTERM, a closed log, a killed runner
  it('a script whose log nobody reads any more takes its pod with it', async () => {
    const attempt = suite.attempt();
    await attempt.prepare();
    const stage = attempt.startScript('while :; do echo tick; sleep 0.1; done');
    await stage.says(/tick/);
    stage.closeOutput();
    expect(await stage.end).toMatchObject({ exitCode: systemFailure });
    await expectNothingLeft(attempt);
  });

  // @promise stop: a second SIGTERM, a closed log, a killed runner
  it('a script whose GitLab Runner was killed takes its pod with it', async () => {
    const attempt = suite.attempt({ wrapper: runner });
    await attempt.prepare();
    const stage = attempt.startScript('echo started; sleep 1000');
    await stage.says(/started/);
    stage.signal('SIGKILL');
    await stage.end;
    await expectNothingLeft(attempt);
  });
});

const ended =
  '<yellow>GitLab Runner ended the preparation (cancelled, timed out, or the runner shuts down).</>\n';

describe.skipIf(suite.reasonNoFaults)('a preparation', () => {
  it.each([
    [
      'that waits for an image',
      () => suite.embedded().faults.pulls({ image: slow, delayMs: 600_000 }),
      /Pulling/,
    ],
    ['that waits for a node', () => suite.embedded().faults.keepPending(), /no node has room/],
    [
      'that waits for a quota',
      () => suite.embedded().faults.exhaustQuota({ times: 1000 }),
      /cannot be made yet/,
    ],
  ])('a preparation %s ends when asked, and leaves no pod', async (_, delay, sign) => {
    await delay();
    const attempt = suite.attempt({ job: { image: { name: slow } } });
    const stage = attempt.start('prepare');
    await stage.says(sign);
    stage.signal('SIGTERM');
    const { exitCode, stderr } = await stage.end;
    await suite.embedded().faults.clear();

    expect(exitCode).toBe(systemFailure);
    expect(readable(stderr).endsWith(`<end pod_start>\n${ended}`), stderr).toBe(true);
    await expectNothingLeft(attempt);
  });

  it('a preparation whose GitLab Runner was killed leaves no pod', async () => {
    await suite.embedded().faults.keepPending();
    const attempt = suite.attempt({ wrapper: runner });
    const stage = attempt.start('prepare');
    await stage.says(/no node has room/);
    stage.signal('SIGKILL');
    await stage.end;
    await suite.embedded().faults.clear();
    await expectNothingLeft(attempt);
  });

  it('a preparation whose log nobody reads any more leaves no pod', async () => {
    await suite.embedded().faults.keepPending();
    const attempt = suite.attempt();
    const stage = attempt.start('prepare');
    await stage.says(/no node has room/);
    stage.closeErrors();
    // From here on there is something to tell.
    await suite.embedded().faults.clear();
    expect(await stage.end).toMatchObject({ exitCode: systemFailure });
    await expectNothingLeft(attempt);
  });
});
