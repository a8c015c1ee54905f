import { describe, expect, it } from 'vitest';
import { makeRepository } from '../cluster/make-repository.ts';
import type { JobResult } from '../model-runner/result.ts';
import {
  artifactFiles,
  attackSuite,
  findOurs,
  ownJobId,
  plant,
  podsOf,
  skipAloud,
  stopEverybody,
} from './attack-suite.ts';
import { hostileImage } from './hostile-image.ts';
import { race } from './race.ts';

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
  // @promise stop: a script leaves its process group, or programs behind — ended before the next sub-stage; nothing is held open
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

  function lateOf(result: JobResult): Promise<(string | undefined)[]> {
    return Promise.all(
      result.artifacts.map(
        async (artifact) => (await artifactFiles(cluster(), { ...result, artifacts: [artifact] }))['late'],
      ),
    );
  }

  /** The same file in two archives, one after the other: somebody who writes into it beside the helper makes the second one longer. */
  async function archivedTwice(script: readonly string[]): Promise<readonly (string | undefined)[]> {
    const result = await cluster().run({
      repository: makeRepository(cluster().directory),
      variables: {},
      script: [...findOurs, ...script],
      artifacts: ['first', 'second'].map((name) => ({ name, paths: ['late'], when: 'always' })),
    });
    expect(result.readableTrace).toMatch(/^it was alive$/m);
    expect(result.state).toBe('failed');
    return lateOf(result);
  }

  const writer =
    '(setsid sh -c "trap : TERM HUP; while sleep 0.01; do echo x >> late; done" >/dev/null 2>&1 &)';
  const isAlive = 'sleep 0.5; test -s late && echo "it was alive"; sleep 0.5';

  /** While it waits for a program, a shell may have its own stderr at another number. */
  const forgeEnd = 'for n in 2 10; do (echo "end 137 0" > /proc/$F/fd/$n) 2>/dev/null || true; done';

  it.each([
    ['killed what watches over it', 'kill -9 $P $F; sleep 60'],
    ['said its end in our name', `${forgeEnd}; kill -9 -$F; sleep 60`],
  ])('a process whose job %s is ended before the helper works', async (_, crime) => {
    const [first, second] = await archivedTwice([writer, isAlive, crime]);
    expect(first).toMatch(/^(x\n)+$/);
    expect(second).toBe(first);
  });

  it('a process that makes our shells fail is ended before the helper works', async () => {
    const [first, second] = await archivedTwice([
      `cat > /builds/race <<'END'\n${race}\nEND`,
      'setsid perl /builds/race late >/dev/null 2>&1 </dev/null &',
      isAlive,
      'kill -9 $P; sleep 60',
    ]);
    expect(first).toMatch(/^(x.*\n)+$/);
    expect(second).toBe(first);
  });

  const refused = /build container did not end within 30 s[\s\S]*the job's pod is deleted/;

  it('a job that says its end in our name, and stops every shell that comes, has no helper beside it', {
    timeout: 150_000,
  }, async () => {
    const result = await cluster().run(
      {
        repository: makeRepository(cluster().directory),
        variables: {},
        script: [
          ...findOurs,
          writer,
          isAlive,
          forgeEnd,
          // The one that stops the others ends the follower.
          `F=$F ${stopEverybody.replace('for (;;)', 'kill "-KILL", $ENV{"F"}; for (;;)')}`,
          'sleep 60',
        ],
        artifacts: ['first', 'second'].map((name) => ({ name, paths: ['late'], when: 'always' })),
      },
      { policy: { timeouts: { ready: '60s', reconnect: '5s', stop_grace: '1s' } } },
    );
    expect(result.state).toBe('failed');
    // Either a shell of ours was quicker than it, and then it is over; or GitLab's scripts have nothing to work with any more.
    const [first, second] = await lateOf(result);
    if (first === undefined) expect(result.readableTrace).toMatch(refused);
    else expect(second).toBe(first);
  });

  it('an image whose shell only says that it ends has no helper beside it', {
    timeout: 150_000,
  }, async (test) => {
    const { embedded, directory } = cluster();
    if (!embedded) return skipAloud(test, 'it takes an image that no registry has');
    await embedded.importImage(await hostileImage(directory), 'registry.example.org/hostile:1');
    const id = ownJobId();
    let pods: number | null = null;
    const result = await cluster().run(
      {
        id,
        image: 'registry.example.org/hostile:1',
        script: ['echo x > late'],
        artifacts: [{ name: 'a', paths: ['late'] }],
      },
      {
        policy: { timeouts: { ready: '60s', reconnect: '5s', stop_grace: '1s' } },
        on: [
          {
            trace: refused,
            do: () => {
              pods = podsOf(cluster(), id).filter(({ metadata }) => !metadata.deletionTimestamp).length;
            },
          },
        ],
      },
    );
    expect(result.readableTrace).toMatch(refused);
    expect(result).toMatchObject({ state: 'failed', failureReason: 'runner_system_failure', artifacts: [] });
    expect(pods).toBe(0);
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
