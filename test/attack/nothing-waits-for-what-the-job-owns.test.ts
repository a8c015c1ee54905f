import { describe, expect, it } from 'vitest';
import { makeRepository } from '../cluster/make-repository.ts';
import type { JobDefinition } from '../model-runner/gitlab/job-definition.ts';
import type { JobResult } from '../model-runner/result.ts';
import { artifactFiles, attackSuite, findOurs, stopEverybody, traps } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('nothing waits for what the job owns');

/** Some of it is about how long a container may be silent. */
const patience = 150_000;

/** One for all: jobs of one project that run side by side meet in its repository. */
let repository = '';
const sharedRepository = (): string => (repository ||= makeRepository(cluster().directory));

const ourFiles = ['$D/exit', '$D/spool', '$D/pid', '$D/another'];
const everywhere = (trap: string, places: readonly string[]): string[] =>
  places.map((place) => `f=${place}; ${trap}`);

async function attack(
  job: Partial<JobDefinition>,
  on: Parameters<ReturnType<typeof cluster>['run']>[1] = {},
) {
  return cluster().run(
    { ...job },
    {
      policy: { timeouts: { ready: '60s', reconnect: '10s', stop_grace: '1s' } },
      // Longer than all that we allow ourselves: if the runner had to kill us, it shows.
      runner: { graceful_kill_timeout: 60 },
      ...on,
    },
  );
}

/** Ended by its own will, as a system failure. */
const endedOrderly = ({ calls }: JobResult): unknown => {
  const { exitCode, signal } = calls.find(({ subStage }) => subStage === 'build_script') ?? {};
  return { exitCode, signal };
};

describe.skipIf(reason).concurrent('nothing waits for what the job owns', () => {
  describe.each(Object.entries(traps))('%s in place of each file of ours', (_, trap) => {
    const setTraps = [...findOurs, ...everywhere(trap, ourFiles)];

    it('a cancel reaches a script that replaced our files', { timeout: patience }, async () => {
      const result = await attack(
        {
          script: [...setTraps, 'trap "" TERM; echo ready; while :; do sleep 0.1; done'],
          after_script: ['echo "after $CI_JOB_STATUS"'],
        },
        { on: [{ trace: /^ready$/m, do: 'cancel' }] },
      );
      // Where the file without an end is the log, nobody reads that far.
      expect(result.calls.find(({ subStage }) => subStage === 'after_script')).toMatchObject({ exitCode: 0 });
      expect([result.state, endedOrderly(result)]).toEqual(['canceled', { exitCode: 2, signal: null }]);
    });

    it('a script that replaced our files ends', { timeout: patience }, async () => {
      const result = await attack({
        script: [...setTraps, 'echo "last words"; exit 9'],
        after_script: ['echo "after $CI_JOB_STATUS"'],
      });
      expect(result.readableTrace).toMatch(/^last words$/m);
      expect(result.readableTrace).toMatch(/^after failed$/m);
      expect(result).toMatchObject({ state: 'failed', exitCode: 9 });
    });

    it('the next script starts after one that replaced our files and killed its watcher', {
      timeout: patience,
    }, async () => {
      const result = await attack({
        script: [
          ...setTraps,
          `mkdir -p /builds/other; cd /.gitlab-pod-executor/scripts`,
          ...everywhere(trap, ['run-x', 'run-y.1']),
          'kill -9 $P; sleep 60',
        ],
        after_script: ['echo "after $CI_JOB_STATUS"'],
      });
      expect(result.readableTrace).toMatch(/^after failed$/m);
      expect(result).toMatchObject({ state: 'failed', exitCode: 137 });
    });
  });

  it.each(Object.entries(traps))(
    "%s in the workspace does not keep GitLab's own scripts from theirs",
    { timeout: patience },
    async (_, trap) => {
      const places = [
        '.git/config',
        '.git/index',
        '.git/info',
        '.git/HEAD',
        '$CI_PROJECT_DIR.tmp',
        '/cache/$CI_PROJECT_PATH',
      ];
      const result = await attack({
        repository: sharedRepository(),
        variables: {},
        script: [
          'mkdir -p out /cache/$CI_PROJECT_PATH; echo honest > out/a.txt',
          ...everywhere(trap, places),
        ],
        artifacts: [{ name: 'out', paths: ['out/'], untracked: true, when: 'always' }],
        cache: [{ key: 'k', paths: ['out/'], untracked: true, when: 'always' }],
      });
      expect(await artifactFiles(cluster(), result)).toMatchObject({ 'out/a.txt': 'honest\n' });
      expect(result.state).toBe('success');
    },
  );

  it.each([
    ['cancel', {}, [{ trace: /^ready$/m, do: 'cancel' as const }]],
    ['time-out', { RUNNER_SCRIPT_TIMEOUT: '20s' }, []],
  ])(
    'a job that stops every shell of ours is ended all the same, on its %s',
    { timeout: patience },
    async (_, variables, on) => {
      const result = await attack(
        {
          variables: { GIT_STRATEGY: 'none', ...variables },
          script: ['trap "" TERM; echo ready; sleep 1', stopEverybody, 'sleep 1000'],
        },
        { on },
      );
      expect(result.readableTrace).toMatch(/^ready$/m);
      expect(result.state).not.toBe('success');
      expect(endedOrderly(result)).toEqual({ exitCode: 2, signal: null });
      // Either a shell of ours was quicker, or there is no container any more that could go on.
      const words = result.readableTrace;
      expect(
        words.includes("so the job's pod is deleted") || words.includes('GitLab Runner ended the script'),
      ).toBe(true);
    },
  );
});
