import { describe, expect, it } from 'vitest';
import { makeRepository } from '../cluster/make-repository.ts';
import { artifactFiles, attackSuite, plant } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('nothing of the job runs beside the helper');

/** Escapes its session, ignores every signal it can, and swaps what the helper is about to read, as fast as it can. */
const swapper = [
  ...plant('/builds/evil/gitlab-runner'),
  [
    'cat > /builds/swap <<"END"',
    'trap "" TERM HUP INT QUIT',
    'while :; do',
    'mkdir -p "$CI_PROJECT_DIR.tmp"; echo "PATH=/builds/evil:$PATH" > "$CI_PROJECT_DIR.tmp/gitlab_runner_env"',
    'echo x >> /builds/alive',
    'done 2>/dev/null',
    'END',
  ].join('\n'),
];

describe.skipIf(reason)('nothing of the job runs beside the helper', () => {
  it('a process that left its group and ignores signals is ended before the helper works', async () => {
    const result = await cluster().run({
      repository: makeRepository(cluster().directory),
      variables: {},
      script: [
        ...swapper,
        '(setsid sh -c "trap : TERM; while :; do sleep 0.05; echo x >> out/late; done" >/dev/null 2>&1 &)',
        '(setsid sh /builds/swap >/dev/null 2>&1 &)',
        'mkdir -p out; sleep 0.5; test -s /builds/alive && echo "it was alive"',
      ],
      // What grows while it is packed shows that somebody still writes.
      after_script: [
        'rm -rf out /builds/alive; sleep 1; ls out /builds/alive 2>&1 || true; mkdir out; echo honest > out/a.txt',
      ],
      artifacts: [{ name: 'out', paths: ['out/'], when: 'always' }],
    });
    expect(result.readableTrace).toContain('\nit was alive\n');
    expect(result.readableTrace).toMatch(/cannot access 'out'/);
    expect(result.readableTrace).toMatch(/cannot access '\/builds\/alive'/);
    expect(result.trace).not.toContain('PWNED');
    // It may win the race for a folder that must be cleared: then the helper's script is not run at all.
    if (result.artifacts.length === 0) expect(result.readableTrace).toMatch(/^ERROR: .* cannot be cleared/m);
    expect(result.state).toBe('success');
  });

  it('a process whose job killed what watches over it is ended before the helper works', async () => {
    const result = await cluster().run({
      repository: makeRepository(cluster().directory),
      variables: {},
      script: [
        'D=$(ls -d /.gitlab-pod-executor/scripts/run-build_script-*[0-9a-f])',
        '(setsid sh -c "trap : TERM HUP; while sleep 0.01; do echo x >> late; done" >/dev/null 2>&1 &)',
        'sleep 0.5; test -s late && echo "it was alive"',
        'read -r p g < $D/pid; kill -9 $p $(cat $D/follower); sleep 60',
      ],
      // The same file twice: it would have grown from one archive to the next.
      artifacts: ['first', 'second'].map((name) => ({ name, paths: ['late'], when: 'always' })),
    });
    expect(result.readableTrace).toMatch(/^it was alive$/m);
    expect(result.state).toBe('failed');
    const [first, second] = await Promise.all(
      result.artifacts.map((artifact) => artifactFiles(cluster(), { ...result, artifacts: [artifact] })),
    );
    expect(first?.['late']).toMatch(/^(x\n)+$/);
    expect(second).toEqual(first);
  });

  it('after_script sees nothing that script left running', async () => {
    const result = await cluster().run({
      script: [
        '(setsid sh -c "trap : TERM HUP; while :; do sleep 0.1; echo still > /tmp/alive; done" >/dev/null 2>&1 &)',
        'sleep 0.5; test -e /tmp/alive && echo "it was alive"',
      ],
      after_script: ['rm -f /tmp/alive', 'sleep 1', 'test ! -e /tmp/alive && echo "nobody lives"'],
    });
    expect(result.readableTrace).toContain('\nit was alive\n');
    expect(result.readableTrace).toContain('\nnobody lives\n');
  });
});
