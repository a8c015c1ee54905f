// What a job leaves in a lasting workspace: who finds it, and what it can do to whoever comes next.
import { describe, expect, it } from 'vitest';
import { kubectl } from '../cluster/kubectl.ts';
import { makeRepository } from '../cluster/make-repository.ts';
import type { JobResult } from '../model-runner/result.ts';
import { attackSuite } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('lasting workspaces stay apart', {
  embedded: 'lasting workspaces take a StorageClass',
});

const policy = { lasting_workspaces: { size: '1Gi' } };
const clean = { key: 'GIT_CLEAN_FLAGS', value: '-ffdx -e kept/', public: true };

/** Whoever looks puts it together at run time. */
const secret = 'left-behind-by-the-other-job';

/** What is where a lasting workspace is, each file by the kind of thing in it. */
const search = [
  'c=left-behind; c=$c-by-the-other-job',
  'set +e +o pipefail',
  'grep -rsl -- "$c" /builds /cache | sed "s/^/secret: /"',
  'find /builds /cache -name mark | sed "s/^/mark: /"',
  'find /builds -type f -perm -4000 | sed "s/^/set-user-ID: /"',
  'ls .git/hooks 2>/dev/null | grep -v sample | sed "s/^/hook: /"',
  'set -e -o pipefail',
  'echo searched',
].join('\n');

const evil = 'printf "#!/bin/sh\\necho PW""NED by $0 >&2\\n"';

/** Leaves a secret and a program of its own wherever it can. */
const leave = [
  'mkdir -p kept ../other /cache/elsewhere ../project.tmp/mine && touch kept/mark',
  'cp "$SECRET" ../other/secret; cp "$SECRET" /cache/elsewhere/secret; cp "$SECRET" ../project.tmp/mine/secret',
  'cp "$SECRET" /builds/.hidden; git config remote.origin.password "$(cat "$SECRET")"',
  `mkdir -p .git/hooks; for hook in post-checkout post-merge reference-transaction; do ${evil} >.git/hooks/$hook; chmod +x .git/hooks/$hook; done`,
  `${evil} >kept/program; chmod 4755 kept/program; git config core.fsmonitor "$PWD/kept/program"; git config core.hooksPath .git/hooks`,
  `mkdir -p .git/info; echo "* filter=evil" >.git/info/attributes; git config filter.evil.smudge "$PWD/kept/program"`,
  search,
];

const found = ({ readableTrace }: JobResult): string[] =>
  readableTrace.match(/^(?:secret|mark|set-user-ID|hook): .*$/gm) ?? [];

describe.skipIf(reason)('lasting workspaces stay apart', () => {
  // @promise harm: a job leaves secrets, hooks, filters and set-user-ID programs in a lasting workspace — jobs of another project or kind of ref find nothing of it; the next job of its own finds checkout and caches, and nothing of the rest
  it('nobody finds what a job left but the next one of its project and kind of ref, and that one no secret', async () => {
    const repository = makeRepository(cluster().directory);
    const job = { repository, project: 'group/project', protected: false, variables: [clean] };
    const leaver = await cluster().run(
      {
        ...job,
        variables: [clean, { key: 'SECRET', value: secret, file: true, public: false }],
        script: leave,
      },
      { policy },
    );
    // It finds all of it, or those who find nothing would prove nothing.
    expect(found(leaver).map((line) => line.replace(/\/builds\/group\/project\//, ''))).toEqual(
      expect.arrayContaining([
        'secret: /builds/group/other/secret',
        'secret: /builds/group/project.tmp/mine/secret',
        'secret: /builds/.hidden',
        'secret: .git/config',
        'secret: /cache/elsewhere/secret',
        'mark: kept/mark',
        'set-user-ID: kept/program',
        'hook: post-checkout',
      ]),
    );
    const [onProtected, ofUnknown, ofOther, next] = await Promise.all(
      [
        { ...job, protected: true },
        { ...job, project_id: 43, git_info: { protected: null } },
        { ...job, project_id: 44 },
        job,
      ].map((each) => cluster().run({ ...each, script: [search] }, { policy })),
    );
    for (const stranger of [onProtected, ofUnknown, ofOther]) {
      expect(stranger?.readableTrace).toContain('Workspace 1 of 1 is new');
      expect(stranger && found(stranger)).toEqual([]);
    }
    expect(next?.readableTrace).toMatch(/Workspace 1 of 1, last used \d+ s ago/);
    expect(next && found(next)).toEqual(['mark: /builds/group/project/kept/mark']);
    for (const result of [leaver, onProtected, ofUnknown, ofOther, next]) {
      expect(result?.readableTrace).toContain('searched');
      expect(result?.readableTrace).not.toContain('PWNED');
      expect(result?.state).toBe('success');
    }
  });

  // @promise harm: more jobs of a project at once than it has lasting workspaces — each is one job's alone; those for whom there is none start with an empty one
  it('no two jobs at once have the same one, and what nobody has is given back', async () => {
    const job = { project_id: 50, script: ['touch /builds/here; sleep 2; ls /builds'] };
    const two = { policy: { lasting_workspaces: { size: '1Gi', slots: 2 } } };
    const all = await Promise.all([1, 2, 3].map(() => cluster().run(job, two)));
    const said = all
      .map(({ readableTrace }) => /^(?:Workspace|All) .*$/m.exec(readableTrace)?.[0] ?? '')
      .sort();
    expect(said).toEqual([
      'All 2 lasting workspaces of the project are in use by other jobs. This job starts with an empty workspace.',
      'Workspace 1 of 2 is new, and later jobs will find it.',
      'Workspace 2 of 2 is new, and later jobs will find it.',
    ]);
    const label = 'gitlab-pod-executor/project-id=50';
    const held = `${label},gitlab-pod-executor/job-id`;
    expect(
      kubectl(cluster(), 'get', 'persistentvolumeclaims', '-l', label, '-o', 'name').trim().split('\n'),
    ).toHaveLength(2);
    expect(kubectl(cluster(), 'get', 'persistentvolumeclaims', '-l', held, '-o', 'name').trim()).toBe('');
  });
});
