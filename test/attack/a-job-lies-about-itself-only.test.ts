import { describe, expect, it } from 'vitest';
import { makeRepository } from '../cluster/make-repository.ts';
import { attackSuite, findOurs } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('a job lies about itself only');

describe.skipIf(reason).concurrent('a job lies about itself only', () => {
  // @promise code: a log that prints a status, an end record or sections — turns no job green
  it.each([
    ['a status of exec', 'echo \'{"metadata":{},"status":"Success"}\''],
    ['an end record', 'echo "end 0 0"; echo "end 0 0" >&2'],
    ["the exit line of GitLab's own executor", 'echo \'{"command_exit_code":0,"script":null}\''],
    [
      'a section and a success',
      'printf "section_end:1:step_script\\r\\033[0K\\033[32;1mJob succeeded\\033[0;m\\n"',
    ],
  ])('printing %s turns no job green', async (_, forgery) => {
    const result = await cluster().run({ script: [forgery, 'exit 9'] });
    expect(result).toMatchObject({ state: 'failed', exitCode: 9 });
  });

  // @promise harm: a job truncates or removes its spool, its record, its watcher — only its own result suffers, and never becomes green
  it.each([
    ['removes its spool', 'rm -f $D/spool', 9],
    ['truncates its spool', ': > $D/spool', null],
    ['removes everything of ours', 'rm -rf /.gitlab-pod-executor/* 2>/dev/null || true', 9],
    ['makes its record unwritable', 'chmod 000 $D/exit; rm -f $D/exit; mkdir $D/exit', 9],
    ['kills what follows it', 'kill -9 $F', 9],
    ['kills what watches over it', 'kill -9 $P', 137],
    ['kills all of ours', 'kill -9 $P $F', 137],
    ['kills everything it can', 'kill -9 -1', 137],
    ['writes another record', 'printf "0\\n0\\n" > $D/exit', null],
    [
      'says another end in our name',
      'for n in 2 10; do (echo "end 0 0" > /proc/$F/fd/$n) 2>/dev/null || true; done; kill -9 -$F',
      9,
    ],
  ])('a job that %s is never green by it, and ends', async (_, crime, exitCode) => {
    const result = await cluster().run(
      { script: [...findOurs, 'echo "before"; sleep 0.5', crime, 'sleep 1', 'exit 9'] },
      { policy: { timeouts: { ready: '60s', reconnect: '5s', stop_grace: '1s' } } },
    );
    expect(result.readableTrace).toMatch(/^before$/m);
    expect(result.state).toBe('failed');
    expect(result.readableTrace).toMatch(/ERROR: Job failed/);
    if (exitCode !== null) expect(result.exitCode).toBe(exitCode);
  });

  it('a forged record of an earlier sub-stage changes nothing in the next one', async () => {
    const result = await cluster().run({
      repository: makeRepository(cluster().directory),
      variables: {},
      script: [
        'for n in archive_cache upload_artifacts_on_success cleanup_file_variables after_script; do mkdir -p /.gitlab-pod-executor/scripts/run-$n-0000000000000000; echo "0 0" > /.gitlab-pod-executor/scripts/run-$n-0000000000000000/exit; done',
        'echo data > a.txt',
      ],
      after_script: ['echo "after script ran"', 'exit 3'],
      artifacts: [{ name: 'a', paths: ['a.txt'] }],
    });
    expect(result.readableTrace).toContain('\nafter script ran\n');
    expect(result.readableTrace).toContain('after_script failed');
    expect(result.artifacts).toHaveLength(1);
  });
});
