import { describe, expect, it } from 'vitest';
import { makeRepository } from '../cluster/make-repository.ts';
import { attackSuite } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('a job lies about itself only');

describe.skipIf(reason).concurrent('a job lies about itself only', () => {
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

  it.each([
    ['removes its spool', 'rm -f $D/spool'],
    ['truncates its spool', ': > $D/spool'],
    ['removes everything of ours', 'rm -rf /.gitlab-pod-executor/* 2>/dev/null'],
    ['kills what watches over it', 'kill -9 $PPID; kill -9 $(cat $D/pid)'],
    ['kills everything it can', 'kill -9 -1'],
    ['makes its record unwritable', 'chmod 000 $D/exit; rm -f $D/exit; mkdir $D/exit'],
  ])('a job that %s is never green by it, and ends', async (_, crime) => {
    const result = await cluster().run(
      {
        script: [
          'D=$(ls -d /.gitlab-pod-executor/scripts/run-build_script-*)',
          'echo before',
          crime,
          'sleep 1',
          'exit 9',
        ],
      },
      { policy: { timeouts: { ready: '60s', reconnect: '5s', stop_grace: '1s' } } },
    );
    expect(result.state).toBe('failed');
    expect(result.readableTrace).toMatch(/ERROR: Job failed/);
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
