import { describe, expect, it } from 'vitest';
import { makeRepository } from '../cluster/make-repository.ts';
import { attackSuite, findOurs } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('a script starts once');

const mark = 'echo x >> /builds/starts';
const count = 'echo "starts: $(wc -l < /builds/starts)"';

describe.skipIf(reason)('a script starts once', () => {
  it.each([
    ['removes the lock that says so', 'rm -rf /.gitlab-pod-executor/scripts/*'],
    ['ends what follows it', 'kill -9 $F'],
    [
      'removes the lock and ends what follows it',
      'rm -rf /.gitlab-pod-executor/scripts/*; kill -9 $F; sleep 3',
    ],
    [
      'removes the lock and ends all else in its container',
      'rm -rf /.gitlab-pod-executor/scripts/*; kill -9 -1; sleep 1',
    ],
    ['puts a file in place of its lock', 'rm -rf $D; : > $D'],
  ])('a job that %s is not started a second time', async (_, crime) => {
    const result = await cluster().run(
      {
        repository: makeRepository(cluster().directory),
        variables: {},
        script: [...findOurs, mark, crime, 'sleep 1'],
        after_script: [count],
      },
      { policy: { timeouts: { ready: '60s', reconnect: '5s', stop_grace: '1s' } } },
    );
    expect(result.readableTrace).toMatch(/^starts: 1$/m);
  });
});
