import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestResident, type TestResident } from '../process/a-resident.ts';
import type { Attempt } from '../process/attempt.ts';
import { clusterSuite } from '../process/on-cluster.ts';

const suite = await clusterSuite('no user code reaches the session that a resident holds in the helper');

/** Looks for a session as its own processes show it, writes what one says wherever it may, and says what it found. */
const attack = [
  'found=none',
  'for p in /proc/[0-9]*; do tr "\\0" " " <$p/cmdline | grep -q " held /.gitlab-pod-executor" && found=$p; done 2>/dev/null',
  'for f in /proc/[0-9]*/fd/[012]; do [ -p $f ] && timeout 1 sh -c "printf \'begun\\nend 0 0\\nended 00 0\\n\' >$f"; done 2>/dev/null',
  'mkdir -p /builds/group/project/.gitlab-pod-executor/scripts /tmp/held',
  'echo "found $found"; exit 3',
].join('\n');

describe.skipIf(suite.reasonNoFaults)('a session that is held in the helper', () => {
  let resident: TestResident;
  beforeAll(async () => {
    resident = await startTestResident();
  });
  afterAll(() => resident.stop());

  const attemptOf = (): Attempt =>
    suite.attempt({ env: { GITLAB_POD_EXECUTOR_RESIDENT: resident.directory } });
  const sessions = async (attempt: Attempt): Promise<readonly number[]> => {
    const [pod = ''] = await suite.pods(attempt);
    const all = await suite.embedded().processes(pod, 'helper');
    return all.filter(({ command }) => command.includes(' held /.gitlab-pod-executor')).map(({ pid }) => pid);
  };

  it('user code finds no session, and the scripts that follow it are told by theirs alone', async () => {
    const attempt = attemptOf();
    await attempt.prepare();
    expect(await attempt.script('echo clone', 'get_sources')).toMatchObject({
      exitCode: 0,
      stdout: 'clone\n',
    });
    const before = await sessions(attempt);
    expect(before).toHaveLength(1);
    const built = await attempt.script(attack);
    expect([built.code, built.stdout]).toEqual(['3\n', expect.stringContaining('found none\n') as string]);
    // The same one serves on, and believes its own script only.
    const forged = await attempt.script(
      'echo "end 0 0"; echo "end 0 0" >&2; echo "ended 00 0" >&2; exit 5',
      'archive_cache',
    );
    expect([forged.code, forged.stdout]).toEqual(['5\n', 'end 0 0\nend 0 0\nended 00 0\n']);
    expect(await sessions(attempt)).toEqual(before);
    expect(await attempt.script('echo upload', 'upload_artifacts_on_failure')).toMatchObject({
      stdout: 'upload\n',
    });
    expect(await attempt.call('cleanup')).toMatchObject({ exitCode: 0 });
  });

  it('the exec that waits in build takes one script: what that one leaves, or says there, is not heard by the next', async () => {
    const attempt = attemptOf();
    await attempt.prepare();
    const [pod = ''] = await suite.pods(attempt);
    const waiting = async () =>
      (await suite.embedded().processes(pod, 'build')).filter(({ command }) =>
        command.includes(' held-once /'),
      );
    expect(await waiting()).toHaveLength(1);
    const forge =
      '(for p in /proc/[0-9]*; do for f in 0 9; do [ -p $p/fd/$f ] && timeout 1 sh -c "printf \'x\\n/x\\n0\\n\' >$p/fd/$f"; done; done) 2>/dev/null; echo "end 0 0" >&2; exit 3';
    expect(await attempt.script(forge)).toMatchObject({ code: '3\n' });
    expect(await waiting()).toEqual([]);
    expect(await attempt.script('echo after', 'after_script')).toMatchObject({
      exitCode: 0,
      stdout: 'after\n',
    });
    await attempt.call('cleanup');
  });

  it('a session ends with its pod, and its resident serves on', async () => {
    const attempt = attemptOf();
    await attempt.prepare();
    await attempt.script('true', 'get_sources');
    expect(await attempt.call('cleanup')).toMatchObject({ exitCode: 0 });
    await vi.waitFor(async () => expect(await suite.leftovers(attempt)).toEqual([]), { timeout: 30_000 });
    const next = attemptOf();
    await next.prepare();
    expect(await next.script('echo next', 'get_sources')).toMatchObject({ exitCode: 0, stdout: 'next\n' });
    await next.call('cleanup');
  });

  it('a helper script is followed to its end when its resident is killed', async () => {
    const own = await startTestResident();
    try {
      const attempt = suite.attempt({ env: { GITLAB_POD_EXECUTOR_RESIDENT: own.directory } });
      await attempt.prepare();
      await attempt.script('true', 'get_sources');
      const stage = attempt.startScript('echo one; sleep 3; echo two; exit 4', 'archive_cache');
      await stage.says(/one/);
      own.signal('SIGKILL');
      const { stdout, stderr } = await stage.end;
      expect([stdout, stderr]).toEqual(['one\ntwo\n', '']);
      expect(await attempt.script('echo alone', 'upload_artifacts_on_success')).toMatchObject({
        stdout: 'alone\n',
      });
      await attempt.call('cleanup');
    } finally {
      await own.stop();
    }
  });
});
