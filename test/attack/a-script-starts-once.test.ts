import { describe, expect, it } from 'vitest';
import { makeRepository } from '../cluster/make-repository.ts';
import { attackSuite } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('a script starts once');

const mark = 'echo x >> /builds/starts';
const count = 'echo "starts: $(wc -l < /builds/starts)"';

describe.skipIf(reason)('a script starts once', () => {
  it.each([
    ['removes the lock that says so', 'rm -rf /.gitlab-pod-executor/scripts/*'],
    ['ends what follows it', 'kill -9 $(cat /.gitlab-pod-executor/scripts/run-build_script-*/follower)'],
    [
      'removes the lock and ends what follows it',
      'F=$(cat /.gitlab-pod-executor/scripts/run-build_script-*/follower); rm -rf /.gitlab-pod-executor/scripts/*; kill -9 $F; sleep 3',
    ],
    [
      'removes the lock and ends all else in its container',
      'rm -rf /.gitlab-pod-executor/scripts/*; kill -9 -1; sleep 1',
    ],
    [
      'puts a file in place of its lock',
      'D=$(ls -d /.gitlab-pod-executor/scripts/run-build_script-*[0-9a-f]); rm -rf $D; : > $D',
    ],
  ])('a job that %s is not started a second time', async (_, crime) => {
    const result = await cluster().run(
      {
        repository: makeRepository(cluster().directory),
        variables: {},
        script: [mark, crime, 'sleep 1'],
        after_script: [count],
      },
      { policy: { timeouts: { ready: '60s', reconnect: '5s', stop_grace: '1s' } } },
    );
    expect(result.readableTrace).toMatch(/^starts: 1$/m);
  });
});
