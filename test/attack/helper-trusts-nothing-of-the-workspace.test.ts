import { describe, expect, it } from 'vitest';
import { makeRepository } from '../cluster/make-repository.ts';
import type { JobDefinition } from '../model-runner/gitlab/job-definition.ts';
import { artifactFiles, attackSuite, plant } from './attack-suite.ts';
import { handOver, takeOver } from './passed-files.ts';

const { reason, cluster } = await attackSuite('the helper trusts nothing of the workspace');

/** A job that changes the workspace, and then needs git, gitlab-runner and the cache in the helper. */
async function attack(
  script: readonly string[],
  extra: Partial<JobDefinition> = {},
  policy: Readonly<Record<string, unknown>> = {},
) {
  const job: Omit<JobDefinition, 'name'> = {
    repository: makeRepository(cluster().directory, { 'README.md': 'hello\n' }),
    variables: {},
    script: [...script, 'mkdir -p out && echo honest > out/a.txt'],
    artifacts: [{ name: 'out', paths: ['out/'], untracked: true, when: 'always' }],
    cache: [{ key: 'k', paths: ['out/'], untracked: true, when: 'always' }],
    ...extra,
  };
  return cluster().run(job, { policy });
}

const evil = '/builds/evil/program';
const commit = 'git -c user.name=a -c user.email=a@b commit -q -m evil';

/** A workspace that may outlive its pod, as far as the executor can know: only there the last script has something to clean. */
const lastingWorkspace = {
  pod_template: {
    spec: {
      containers: ['build', 'helper'].map((name) => ({
        name,
        volumeMounts: [{ name: 'info', mountPath: '/builds/.info' }],
      })),
      volumes: [
        {
          name: 'info',
          downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] },
        },
      ],
    },
  },
};

/** In a file of git's configuration: all that makes git run a program. */
const configure = (file: string): string[] =>
  ['core.fsmonitor', 'filter.x.clean', 'filter.x.smudge', 'filter.x.process', 'core.sshCommand'].map(
    (key) => `git config -f ${file} ${key} ${evil}`,
  );

describe.skipIf(reason)('the helper trusts nothing of the workspace', () => {
  it.each([
    [
      'PATH through GITLAB_ENV',
      [
        ...plant('/builds/evil/gitlab-runner'),
        ...plant('/builds/evil/git'),
        'echo "PATH=/builds/evil:$PATH" >> $GITLAB_ENV',
      ],
    ],
    [
      'LD_PRELOAD through GITLAB_ENV',
      ['echo no > /builds/PW"N"ED.so', 'echo LD_PRELOAD=/builds/PW"N"ED.so >> $GITLAB_ENV'],
    ],
    [
      'GIT_CONFIG_* through GITLAB_ENV',
      [
        ...plant(evil),
        `printf "GIT_CONFIG_COUNT=1\\nGIT_CONFIG_KEY_0=core.fsmonitor\\nGIT_CONFIG_VALUE_0=${evil}\\n" >> $GITLAB_ENV`,
      ],
    ],
    [
      'a link in place of GITLAB_ENV',
      [
        ...plant('/builds/evil/gitlab-runner'),
        'echo "PATH=/builds/evil:$PATH" > evil.env',
        'rm -f $GITLAB_ENV',
        'ln -s $CI_PROJECT_DIR/evil.env $GITLAB_ENV',
      ],
    ],
    ['core.fsmonitor', [...plant(evil), ...configure('.git/config')]],
    [
      '.git as a link',
      [
        ...plant(evil),
        'cp -r .git ../stolen',
        'rm -rf .git',
        'ln -s ../stolen .git',
        ...configure('.git/config'),
      ],
    ],
    [
      '.git as a file',
      [...plant(evil), ...configure('.git/config'), 'mv .git ../moved', 'echo "gitdir: ../moved" > .git'],
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
  ])('the helper does not trust %s', async (_, script) => {
    const result = await attack(script);
    expect(result.trace).not.toContain('PWNED');
    expect(await artifactFiles(cluster(), result)).toMatchObject({ 'out/a.txt': 'honest\n' });
    expect(result.state).toBe('success');
  });

  it('the helper keeps a configuration that only names the format of its objects', async () => {
    const result = await attack([
      ...plant(evil),
      'rm -rf .git && git init -q --object-format=sha256 && git add README.md',
      commit,
      ...configure('.git/config'),
      `printf '[extensions]\n\tobjectformat = sha256\n\tworktreeConfig = true\n' >> .git/config`,
      ...configure('.git/config.worktree'),
      'echo untracked > new.txt',
    ]);
    expect(result.trace).not.toContain('PWNED');
    // A git that knows the format, or README.md would be untracked too.
    expect(await artifactFiles(cluster(), result)).toEqual({
      'out/a.txt': 'honest\n',
      'new.txt': 'untracked\n',
    });
    expect(result.state).toBe('success');
  });

  it('the helper does not trust a project that the job moved', async () => {
    const result = await cluster().run(
      {
        repository: makeRepository(cluster().directory),
        variables: { GIT_CLONE_PATH: '/builds/moved' },
        script: [
          ...plant('/builds/evil/gitlab-runner'),
          'echo "PATH=/builds/evil:$PATH" >> $GITLAB_ENV',
          'echo a > a.txt',
        ],
        artifacts: [{ name: 'a', paths: ['a.txt'] }],
      },
      { runner: { custom_build_dir: true } },
    );
    expect(result.trace).not.toContain('PWNED');
    expect(result).toMatchObject({ state: 'failed', failureReason: 'script_failure' });
    expect(result.readableTrace).toContain('Take GIT_CLONE_PATH out');
    expect(result.readableTrace).not.toContain("Starting the job's pod");
  });

  it('the helper does not trust a repository around the project', async () => {
    const result = await attack([
      ...plant(evil),
      'git init -q /builds',
      `git config -f /builds/.git/config credential.helper "!${evil}"`,
    ]);
    expect(result.trace).not.toContain('PWNED');
    expect(result.state).toBe('success');
  });

  // Nobody ends a service before the job is over, and a job may let it in: docs/threat-model.md.
  it('the helper does not trust a service that writes to the workspace while it works', async () => {
    const project = '$W/demo-group/demo-project';
    const service = [
      ...plant('$W/evil/program'),
      'while :; do',
      // Whole each time: an archive of a file that grows meanwhile is none that can be read.
      `echo x >> $W/evil/late; cp $W/evil/late ${project}.tmp/late && mv -f ${project}.tmp/late ${project}/late`,
      `mkdir -p ${project}/.git/hooks ${project}.tmp; cp $W/evil/program ${project}/.git/hooks/post-index-change`,
      `printf '[core]\\n\\trepositoryformatversion = 99\\n\\tfsmonitor = ${evil}\\n\\tsshCommand = ${evil}\\n' > ${project}/.git/config`,
      `echo "PATH=/builds/evil:$PATH" > ${project}.tmp/gitlab_runner_env`,
      'sleep 0.05; done 2>/dev/null',
    ].join('\n');
    const archive = { paths: ['out/', 'late'], untracked: true, when: 'always' } as const;
    const result = await attack([handOver], {
      services: [{ name: cluster().buildImage, command: takeOver(service) }],
      artifacts: ['first', 'second'].map((name) => ({ name, ...archive })),
    });
    expect(result.trace).not.toContain('PWNED');
    // No word of it reaches git.
    expect(result.readableTrace).not.toMatch(/untracked: exit status|^fatal:/m);
    const late = await Promise.all(
      result.artifacts.map(
        async (artifact) =>
          (await artifactFiles(cluster(), { ...result, artifacts: [artifact] }))['late']?.length,
      ),
    );
    // It may win the race for what is being cleared: then GitLab's script is not run at all.
    if (late.length < 2) expect(result.readableTrace).toMatch(/^ERROR: .* cannot be cleared/m);
    // Otherwise it was there all the time, or nothing was tried.
    else expect(late[1]).toBeGreaterThan(late[0] ?? 0);
  });

  // With FF_ENABLE_JOB_CLEANUP GitLab's last script cleans and resets the project: git writes files, and runs filters for them.
  it.each([
    [
      'git hooks',
      [
        ...['post-checkout', 'post-index-change', 'reference-transaction'].flatMap((hook) =>
          plant(`.git/hooks/${hook}`),
        ),
        'rm README.md',
      ],
    ],
    [
      'GIT_EXEC_PATH and an external command through GITLAB_ENV',
      [...plant('/builds/evil/git-submodule'), 'echo "GIT_EXEC_PATH=/builds/evil" >> $GITLAB_ENV'],
    ],
    [
      'a filter',
      [
        `echo "* filter=x" > .gitattributes`,
        `git add .`,
        commit,
        'rm README.md',
        ...configure('.git/config'),
      ],
    ],
    [
      'a filter of .git/info',
      [
        'mkdir -p .git/info',
        'echo "* filter=x" > .git/info/attributes',
        'rm README.md',
        ...configure('.git/config'),
      ],
    ],
    [
      'a filter of the repository above',
      [
        'git init -q ..',
        'rm -rf .git',
        'echo "* filter=x" > .gitattributes',
        'git add .gitattributes README.md',
        commit,
        'rm README.md',
        ...configure('../.git/config'),
      ],
    ],
    [
      'a filter of a project that looks like a repository',
      [
        'echo "* filter=x" > .gitattributes',
        'git add .gitattributes',
        commit,
        'mv .git/HEAD .git/objects .git/refs .git/index .',
        'rm -rf .git README.md',
        'git config -f config core.worktree "$PWD" && git config -f config core.bare false && git config -f config core.repositoryformatversion 0',
        ...configure('config'),
      ],
    ],
    [
      'a filter of a submodule',
      [
        'git init -q sub',
        'cd sub',
        'echo "* filter=x" > .gitattributes',
        'echo a > a.txt',
        'git add .',
        commit,
        'rm a.txt',
        ...configure('.git/config'),
        'cd ..',
        'git config -f .gitmodules submodule.sub.path sub',
        'git config -f .gitmodules submodule.sub.url ./sub',
        'git -c advice.addEmbeddedRepo=false add .gitmodules sub',
        commit,
      ],
    ],
  ])('the helper does not trust %s when it cleans the project', async (_, script) => {
    const cleaned = {
      variables: {
        FF_ENABLE_JOB_CLEANUP: 'true',
        GIT_STRATEGY: 'fetch',
        // What is planted is not cleaned away before it can be of use.
        GIT_CLEAN_FLAGS: 'none',
        GIT_SUBMODULE_STRATEGY: 'normal',
      },
      artifacts: [],
      cache: [],
    };
    const result = await attack([...plant(evil), ...script], cleaned, lastingWorkspace);
    expect(result.trace).not.toContain('PWNED');
    // git was there, whatever it found.
    expect(result.readableTrace).toMatch(
      /Cleaning up project directory and file based variables\n(HEAD is now at|fatal: )/,
    );
    expect(result.state).toBe('success');
  });
});
