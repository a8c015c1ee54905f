import { describe, expect, it } from 'vitest';
import { makeRepository } from '../cluster/make-repository.ts';
import { attackSuite, plant } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('the helper trusts nothing of the workspace');

/** A job that changes the workspace, and then needs git, gitlab-runner and the cache in the helper. */
async function attack(script: readonly string[], extra: object = {}) {
  return cluster().run({
    repository: makeRepository(cluster().directory, { 'README.md': 'hello\n' }),
    variables: {},
    script: [...script, 'mkdir -p out && echo honest > out/a.txt'],
    artifacts: [{ name: 'out', paths: ['out/'], untracked: true, when: 'always' }],
    cache: [{ key: 'k', paths: ['out/'], untracked: true, when: 'always' }],
    ...extra,
  });
}

describe.skipIf(reason)('the helper trusts nothing of the workspace', () => {
  it.each([
    [
      'PATH through GITLAB_ENV',
      [
        ...plant('$CI_PROJECT_DIR/evil/gitlab-runner'),
        ...plant('$CI_PROJECT_DIR/evil/git'),
        'echo "PATH=$CI_PROJECT_DIR/evil:$PATH" >> $GITLAB_ENV',
      ],
    ],
    [
      'BASH_ENV through GITLAB_ENV',
      [...plant('$CI_PROJECT_DIR/evil.sh'), 'echo "BASH_ENV=$CI_PROJECT_DIR/evil.sh" >> $GITLAB_ENV'],
    ],
    [
      'GIT_EXEC_PATH and an external command through GITLAB_ENV',
      [
        ...plant('$CI_PROJECT_DIR/evil/git-ls-files'),
        'echo "GIT_EXEC_PATH=$CI_PROJECT_DIR/evil" >> $GITLAB_ENV',
      ],
    ],
    [
      'GIT_CONFIG_* through GITLAB_ENV',
      [
        ...plant('$CI_PROJECT_DIR/evil.sh'),
        'printf "GIT_CONFIG_COUNT=1\\nGIT_CONFIG_KEY_0=core.fsmonitor\\nGIT_CONFIG_VALUE_0=$CI_PROJECT_DIR/evil.sh\\n" >> $GITLAB_ENV',
      ],
    ],
    [
      'a link in place of GITLAB_ENV',
      [
        ...plant('$CI_PROJECT_DIR/evil/gitlab-runner'),
        'echo "PATH=$CI_PROJECT_DIR/evil:$PATH" > evil.env',
        'rm -f $GITLAB_ENV',
        'ln -s $CI_PROJECT_DIR/evil.env $GITLAB_ENV',
      ],
    ],
    [
      'git hooks',
      [
        ...plant('.git/hooks/post-checkout'),
        ...plant('.git/hooks/post-index-change'),
        ...plant('.git/hooks/pre-auto-gc'),
        ...plant('.git/hooks/fsmonitor-watchman'),
      ],
    ],
    [
      'core.fsmonitor and core.hooksPath',
      [
        ...plant('$CI_PROJECT_DIR/evil.sh'),
        'git config core.fsmonitor "$CI_PROJECT_DIR/evil.sh"',
        'git config core.hooksPath "$CI_PROJECT_DIR"',
      ],
    ],
    [
      'a filter',
      [
        ...plant('$CI_PROJECT_DIR/evil.sh'),
        'git config filter.x.clean "$CI_PROJECT_DIR/evil.sh"',
        'git config filter.x.smudge "$CI_PROJECT_DIR/evil.sh"',
        'echo "* filter=x" > .gitattributes',
      ],
    ],
    [
      'an alias',
      [...plant('$CI_PROJECT_DIR/evil.sh'), 'git config alias.ls-files "!$CI_PROJECT_DIR/evil.sh"'],
    ],
    [
      '.git as a link',
      [
        ...plant('$CI_PROJECT_DIR/evil.sh'),
        'cp -r .git ../stolen',
        'rm -rf .git',
        'ln -s ../stolen .git',
        'git config core.fsmonitor "$CI_PROJECT_DIR/evil.sh"',
      ],
    ],
    [
      '.git as a file',
      [
        ...plant('$CI_PROJECT_DIR/evil.sh'),
        'git config core.fsmonitor "$CI_PROJECT_DIR/evil.sh"',
        'mv .git ../moved',
        'echo "gitdir: ../moved" > .git',
      ],
    ],
    [
      'a planted gitlab-runner and git in the places of PATH that it can write',
      [
        ...plant('/builds/gitlab-runner'),
        ...plant('$HOME/bin/gitlab-runner'),
        ...plant('./gitlab-runner'),
        ...plant('./git'),
      ],
    ],
  ])('%s', async (_, script) => {
    const result = await attack(script);
    const afterScript = result.readableTrace.split('Saving cache')[1] ?? '';
    expect(afterScript).not.toContain('PWNED');
    expect(result.artifacts).toHaveLength(1);
    expect(result.state).toBe('success');
  });

  it('a folder of the path to the project that is replaced by a link leads nowhere', async () => {
    const result = await attack([
      'cd /builds',
      'P=$(basename $CI_PROJECT_DIR)',
      'G=$(dirname $CI_PROJECT_DIR)',
      'mv $G ${G}-moved',
      'ln -s /.gitlab-pod-executor $G',
      'ls -ld $G',
      'exit 5',
    ]);
    expect(result.exitCode).toBe(5);
    expect(result.readableTrace).not.toContain('PWNED');
  });

  it('a file variable is not written through a planted link', async () => {
    const result = await attack(
      [
        'rm -f $CI_PROJECT_DIR.tmp/SECRET_FILE',
        'ln -s /.gitlab-pod-executor/bin/gitlab-runner $CI_PROJECT_DIR.tmp/SECRET_FILE',
      ],
      {
        variables: [{ key: 'SECRET_FILE', value: '#!/bin/sh\necho PWNED', public: false, file: true }],
      },
    );
    expect(result.readableTrace.split('Saving cache')[1]).not.toContain('PWNED');
    expect(result.artifacts).toHaveLength(1);
  });
});
