import { describe, expect, it } from 'vitest';
import { makeRepository } from '../cluster/make-repository.ts';
import { attackSuite } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('nothing of the job runs beside the helper');

/** Escapes its session, ignores every signal it can, and swaps what the helper is about to read, as fast as it can. */
const swapper = [
  'cat > /tmp/swap.sh <<"END"',
  'trap "" TERM HUP INT QUIT',
  'while :; do echo "PATH=/builds/evil:$PATH" > "$CI_PROJECT_DIR.tmp/gitlab_runner_env"; echo swapped > "$CI_PROJECT_DIR/out/a.txt"; done 2>/dev/null',
  'END',
].join('\n');

describe.skipIf(reason)('nothing of the job runs beside the helper', () => {
  it('a process that left its group and ignores signals is ended before the helper works', async () => {
    const result = await cluster().run({
      repository: makeRepository(cluster().directory),
      variables: {},
      script: [
        'mkdir -p out /builds/evil && echo honest > out/a.txt',
        'printf "#!/bin/sh\\necho PWNED\\n" > /builds/evil/gitlab-runner && chmod +x /builds/evil/gitlab-runner',
        swapper,
        '(setsid sh /tmp/swap.sh >/dev/null 2>&1 &)',
        'sleep 0.2; echo honest > out/a.txt',
      ],
      artifacts: [{ name: 'out', paths: ['out/'], when: 'always' }],
    });
    expect(result.readableTrace).not.toContain('PWNED');
    expect(result.artifacts).toHaveLength(1);
    expect(result.state).toBe('success');
  });

  it('after_script sees nothing that script left running', async () => {
    const result = await cluster().run({
      script: [
        '(setsid sh -c "trap : TERM HUP; while :; do sleep 1; echo still > /tmp/alive; done" >/dev/null 2>&1 &)',
        'sleep 0.1',
      ],
      after_script: ['rm -f /tmp/alive', 'sleep 2', 'test ! -e /tmp/alive && echo "nobody lives"'],
    });
    expect(result.readableTrace).toContain('\nnobody lives\n');
  });
});
