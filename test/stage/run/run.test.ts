import { describe, expect, it } from 'vitest';
import type { Cluster, ExecOptions, ExecResult, Pod } from '../../../src/cluster/cluster.ts';
import { hasEnded } from '../../../src/diagnosis/pod-death.ts';
import { endProcessOneProgram } from '../../../src/in-container/programs.generated.ts';
import { run } from '../../../src/stage/run/run.ts';
import { sampleState, statePath, storeState, userCodePath } from '../attempt-fixture.ts';
import { answering, changed, fakeCluster, watchesOf } from '../fake-cluster.ts';
import { attemptDirectory, fakeIo, fault } from '../fake-io.ts';
import { ended, podOf } from '../pod-fixture.ts';

const scriptPath = `${attemptDirectory}/script1/script`;
const script = "#!/usr/bin/env bash\n\n(trap 'exit 1' TERM; eval 'echo hello') < /dev/null\nexit 0\n";
const lost: ExecResult = { kind: 'lost', message: 'reset' };
const notFound: ExecResult = {
  ...{ kind: 'refused', httpStatus: 500 },
  ...{ reason: 'InternalError', message: 'container not found ("build")' },
};
type Answer = (request: ExecOptions) => Promise<ExecResult>;

/** As the supervisor in the container says it. */
const scriptEnds = (code: number, log = 'hello\n'): Answer =>
  answering(log, { stderr: `begun\nend ${code} ${Buffer.byteLength(log)}\n`, end: { kind: 'exited', code } });

/** As the kubelet shows a pod whose build container was told to end. */
const over = podOf({ build: ended(143) });

interface Given {
  readonly subStage?: string;
  readonly ending?: Answer;
  /** What the order to end is answered, while the build container lives on; by default it ends. */
  readonly livesOn?: Answer;
  readonly hasUserCodeRun?: boolean;
  readonly pod?: Pod | null;
  readonly io?: ReturnType<typeof fakeIo>;
  readonly files?: Readonly<Record<string, string | Error | undefined>>;
  readonly answers?: Partial<Cluster>;
}

function start({
  subStage = 'build_script',
  ending = scriptEnds(0),
  livesOn,
  hasUserCodeRun = false,
  pod = podOf(),
  io = fakeIo(),
  files = {},
  answers = {},
}: Given = {}) {
  storeState(io);
  io.stored.set(scriptPath, script);
  if (hasUserCodeRun) io.stored.set(userCodePath, '');
  for (const [path, text] of Object.entries(files)) {
    if (text === undefined) io.stored.delete(path);
    else io.stored.set(path, text);
  }
  const kinds: string[] = [];
  let now = pod;
  const exec: Answer = (request) => {
    const kind = kindOf(request);
    // As a kubelet does without that container.
    if (kind === 'end process 1' && (now === null || hasEnded(now, 'build')))
      return answering('', { end: notFound })(request);
    kinds.push(`${kind} in ${request.container}`);
    if (kind === 'end process 1') {
      if (livesOn) return livesOn(request);
      now = over;
      return answering('', { end: lost })(request);
    }
    return kind === 'script' ? ending(request) : answering('')(request);
  };
  const cluster = fakeCluster({
    exec,
    getPod: () => Promise.resolve(now),
    deletePod: () => Promise.resolve('deleting'),
    ...watchesOf({ pods: [() => (now ? changed(now) : undefined), 'wait'] }),
    ...answers,
  });
  const connections: unknown[] = [];
  const done = run({
    io,
    connect: (connection) => {
      connections.push(connection);
      return cluster;
    },
    scriptPath,
    subStage,
    continuation: { kind: 'none' },
  });
  done.catch(() => undefined);
  return { done, io, cluster, connections, kinds };
}

function kindOf({ command }: ExecOptions): string {
  const program = command[2] ?? '';
  if (program === endProcessOneProgram) return 'end process 1';
  return 'script';
}

const scriptExec = (cluster: ReturnType<typeof fakeCluster>): ExecOptions =>
  cluster
    .of('exec')
    .map(([request]) => request)
    .find((request) => kindOf(request) === 'script')!;

const scriptSent = (cluster: ReturnType<typeof fakeCluster>): string =>
  Buffer.from(scriptExec(cluster).stdin as Uint8Array).toString();

describe('run', () => {
  it("runs a script of the job in the build container, and its log is the job's", async () => {
    const { done, io, cluster, connections, kinds } = start();
    await done;
    expect(connections).toEqual([sampleState.connection]);
    expect(kinds).toEqual(['script in build']);
    expect([io.jobOutput(), io.messages()]).toEqual(['hello\n', '']);
    const request = scriptExec(cluster);
    expect(request).toMatchObject({ pod: sampleState.pod.name, container: 'build' });
    expect(request.command.slice(0, 2)).toEqual(['/bin/sh', '-c']);
    expect(scriptSent(cluster)).toContain("eval 'exec 2>&9 9>&-\n' 'echo hello'");
    expect(cluster.calls.at(-1)).toBe('close');
  });

  it('never puts the script, or what it holds, where a URL or a log shows it', async () => {
    const { done, cluster } = start({ files: { [scriptPath]: 'export TOKEN=hunter2\n' } });
    await done;
    expect(JSON.stringify(scriptExec(cluster).command)).not.toContain('hunter2');
  });

  it.each([1, 42, 255])("fails as the script's own doing with code %d, in silence", async (code) => {
    const { done, io } = start({ ending: scriptEnds(code) });
    await expect(done).rejects.toMatchObject({
      name: 'BuildFailure',
      code: 'script-failed',
      exitCode: code,
      message: `The build_script script ended with exit code ${code}.`,
    });
    expect(io.messages()).toBe('');
  });

  it.each([
    [true, 'failed'],
    [false, undefined],
  ])(
    'remembers how get_sources ended where the workspace is a lasting one: %s',
    async (holdsWorkspace, kept) => {
      const files = { [statePath]: JSON.stringify({ ...sampleState, holdsWorkspace }) };
      const { done, io } = start({ subStage: 'get_sources', ending: scriptEnds(128), files });
      await expect(done).rejects.toMatchObject({ exitCode: 128 });
      expect(io.stored.get(`${attemptDirectory}/gitlab-pod-executor.sources`)).toBe(kept);
    },
  );

  it('explains a bare 137', async () => {
    const { done, io, kinds } = start({ ending: scriptEnds(137) });
    await expect(done).rejects.toMatchObject({ exitCode: 137 });
    expect(kinds).toEqual(['script in build']);
    expect(io.lines()).toEqual([
      expect.stringMatching(/^Exit code 137: a process of the build container was killed \(signal 9\)/),
    ]);
  });

  it.each([
    ['prepare_script', 'helper', '/usr/bin/sh'],
    ['get_sources', 'helper', '/usr/bin/sh'],
    ['step_script', 'build', '/bin/sh'],
    ['step_release', 'build', '/bin/sh'],
    ['after_script', 'build', '/bin/sh'],
  ])(
    'runs %s in the %s container, with the shell that prepare found there',
    async (subStage, container, shell) => {
      const { done, cluster } = start({ subStage });
      await done;
      const request = scriptExec(cluster);
      expect([request.container, request.command[0]]).toEqual([container, shell]);
    },
  );

  it('gives each script a directory that nobody can guess, and no name of the job leads elsewhere', async () => {
    const directories = new Set<string>();
    for (const subStage of [
      'step_a',
      'step_a',
      'step_../../../etc',
      'step_$(evil) "',
      `step_${'x'.repeat(300)}`,
    ]) {
      const { done, cluster } = start({ subStage });
      await done;
      const { command } = scriptExec(cluster);
      directories.add(command[command.indexOf('start') + 1]!);
    }
    expect(directories.size).toBe(5);
    for (const directory of directories)
      expect(directory).toMatch(/^\/\.gitlab-pod-executor\/scripts\/run-\w{1,40}-[0-9a-f]{16}$/);
  });

  describe('before a script of the helper', () => {
    it('ends nothing and clears nothing while no user code has run', async () => {
      const { done, cluster, kinds } = start({ subStage: 'get_sources' });
      await done;
      expect(kinds).toEqual(['script in helper']);
      expect(scriptSent(cluster)).not.toContain("'group' 'project'");
    });

    it('ends what user code left, and clears its workspace', async () => {
      const { done, cluster, kinds } = start({ subStage: 'archive_cache', hasUserCodeRun: true });
      await done;
      expect(kinds).toEqual(['end process 1 in build', 'script in helper']);
      expect(scriptExec(cluster).command.slice(-5, -2)).toEqual(['/builds', '/cache', 'group/project']);
      expect(scriptSent(cluster)).toMatch(/state that cannot be cleared[\s\S]*echo hello/);
    });

    it('knows of user code that only began', async () => {
      const { io, done } = start({
        ending: answering('', { end: lost }),
        answers: { getPod: () => Promise.resolve(null) },
      });
      await expect(done).rejects.toMatchObject({ code: 'pod-gone' });
      expect(io.stored.has(userCodePath)).toBe(true);
    });

    it('asks the kubelet alone when the container was ended before', async () => {
      const { done, kinds } = start({ subStage: 'archive_cache', hasUserCodeRun: true, pod: over });
      await done;
      expect(kinds).toEqual(['script in helper']);
    });

    const unanswered = {
      subStage: 'upload_artifacts_on_failure',
      hasUserCodeRun: true,
      livesOn: answering('', { end: lost }),
    };

    it('continues after a build container that was killed: nothing lives in it', async () => {
      const { done, kinds } = start({ ...unanswered, pod: podOf({ build: ended(137, 'OOMKilled') }) });
      await done;
      expect(kinds).toEqual(['script in helper']);
    });

    it.each([
      ['is gone', null, 'pod-gone'],
      [
        'was evicted',
        podOf(
          { build: ended(137) },
          { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory. ' },
        ),
        'pod-evicted',
      ],
      ['lost its helper', podOf({ build: ended(0), helper: ended(137, 'OOMKilled') }), 'out-of-memory'],
    ])('does not go on when the pod %s', async (_, pod, code) => {
      const { done, kinds } = start({ ...unanswered, pod });
      await expect(done).rejects.toMatchObject({ code });
      expect(kinds).toEqual([]);
    });

    it('says so when it is ended meanwhile', async () => {
      const io = fakeIo();
      const { done } = start({
        ...unanswered,
        io,
        livesOn: (request) => {
          io.stop();
          return answering('', { end: lost })(request);
        },
      });
      await expect(done).rejects.toMatchObject({
        name: 'SystemFailure',
        code: 'interrupted',
        message: 'GitLab Runner ended the script (cancelled, timed out, or the runner shuts down).',
      });
    });
  });

  describe('when the last script would clear a workspace', () => {
    const last = { subStage: 'cleanup_file_variables', hasUserCodeRun: true };

    it('does nothing where the workspace goes with the pod', async () => {
      const { done, io, connections } = start(last);
      await done;
      expect([connections, io.jobOutput(), io.messages()]).toEqual([[], '', '']);
    });

    it.each([{ isWorkspaceInPod: false }, { isWorkspaceInPod: undefined }])(
      'runs it where the workspace lives on, or where nobody knows: %o',
      async (state) => {
        const io = fakeIo();
        const { done, kinds } = start({
          ...last,
          io,
          files: { [statePath]: JSON.stringify({ ...sampleState, ...state }) },
        });
        await done;
        expect(kinds).toEqual(['end process 1 in build', 'script in helper']);
      },
    );
  });

  it.each([
    ['an unknown sub-stage', { subStage: 'deploy_everything' }, 'unknown-sub-stage'],
    ['a prepare that never ran', { files: { [statePath]: undefined } }, 'attempt-state'],
    ['a script that is gone', { files: { [scriptPath]: undefined } }, 'script-unreadable'],
  ])('asks nothing of the cluster for %s', async (_, given, code) => {
    const { done, connections } = start(given);
    await expect(done).rejects.toMatchObject({ name: 'SystemFailure', code });
    expect(connections).toEqual([]);
  });

  it('does not start user code that it could not remember', async () => {
    const { done, kinds } = start({ files: { [userCodePath]: fault('ENOSPC', 'no space left on device') } });
    await expect(done).rejects.toMatchObject({ code: 'disk-full' });
    expect(kinds).toEqual([]);
  });

  describe('when GitLab Runner is gone', () => {
    const forever: Answer = () => new Promise(() => undefined);
    const goneForGood = {
      name: 'SystemFailure',
      code: 'interrupted',
      message: "GitLab Runner is gone, or asked twice to end; the job's pod is deleted.",
    };

    it.each(['while the script runs', 'before it began'])(
      'deletes the pod and ends at once, %s',
      async (when) => {
        const io = fakeIo();
        if (when === 'before it began') io.orphan();
        const { done, cluster } = start({ io, ending: forever });
        setTimeout(io.orphan, 20);
        await expect(done).rejects.toMatchObject(goneForGood);
        expect(cluster.of('deletePod').map(([pod]) => pod)).toEqual([sampleState.pod]);
        expect(cluster.calls.at(-1)).toBe('close');
      },
    );

    it('tells those that come after that it was no stranger who deleted the pod', async () => {
      const io = fakeIo();
      const { done } = start({ io, ending: forever });
      setTimeout(io.orphan, 20);
      await expect(done).rejects.toMatchObject(goneForGood);
      const later = fakeIo();
      for (const [path, text] of io.stored) later.stored.set(path, text);
      const next = start({ io: later, subStage: 'after_script' });
      await expect(next.done).rejects.toMatchObject({
        code: 'pod-gone',
        message: expect.stringContaining('gitlab-pod-executor deleted it') as string,
      });
      expect(next.connections).toEqual([]);
    });

    it('ends also when the pod cannot be deleted', async () => {
      const io = fakeIo();
      const { done, cluster } = start({
        io,
        ending: forever,
        answers: { deletePod: () => Promise.reject(new Error('no answer')) },
      });
      setTimeout(io.orphan, 20);
      await expect(done).rejects.toMatchObject({
        code: 'interrupted',
        message:
          "GitLab Runner is gone, or asked twice to end; the cluster did not confirm that the job's pod is deleted.",
      });
      expect(cluster.of('deletePod')).toHaveLength(1);
      expect(cluster.calls.at(-1)).toBe('close');
    });
  });

  it('keeps the pod of a script that is stopped: another may follow', async () => {
    const io = fakeIo();
    const { done, cluster } = start({
      io,
      ending: (request) => {
        // The second exec is the one that stops.
        if (cluster.of('exec').length > 1) return answering('', { stderr: 'stopped\n' })(request);
        io.stop();
        return answering('', { end: lost })(request);
      },
    });
    await expect(done).rejects.toMatchObject({
      code: 'interrupted',
      message: 'GitLab Runner ended the script (cancelled, timed out, or the runner shuts down).',
    });
    expect(cluster.of('deletePod')).toEqual([]);
  });

  it("shows the services' logs of a script that is stopped, where the author asked for them", async () => {
    const io = fakeIo({ CUSTOM_ENV_CI_DEBUG_SERVICES: '1' });
    const services = [{ container: 'svc-0', image: 'postgres:16', port: null }];
    const { done, cluster } = start({
      io,
      files: { [statePath]: JSON.stringify({ ...sampleState, services }) },
      answers: { readLog: () => Promise.resolve('deadlock detected\n') },
      ending: (request) => {
        if (cluster.of('exec').length > 1) return answering('', { stderr: 'stopped\n' })(request);
        io.stop();
        return answering('', { end: lost })(request);
      },
    });
    await expect(done).rejects.toMatchObject({ code: 'interrupted' });
    expect(io.lines()).toContain('deadlock detected');
  });

  it('says in the next sub-stage that it had to delete a pod which could not be stopped', async () => {
    const io = fakeIo();
    const { done, cluster } = start({
      io,
      ending: (request) => {
        io.stop();
        return answering('', { end: lost })(request);
      },
    });
    await expect(done).rejects.toMatchObject({ code: 'interrupted' });
    expect(cluster.of('deletePod').map(([pod]) => pod)).toEqual([sampleState.pod]);
    const later = fakeIo();
    for (const [path, text] of io.stored) later.stored.set(path, text);
    await expect(start({ io: later, subStage: 'after_script' }).done).rejects.toMatchObject({
      code: 'pod-gone',
      message: expect.stringContaining('gitlab-pod-executor deleted it') as string,
    });
  });

  it('claims no deletion in the next sub-stage that the cluster did not confirm, and starts nothing there', async () => {
    const io = fakeIo();
    const { done } = start({
      io,
      ending: (request) => {
        io.stop();
        return answering('', { end: lost })(request);
      },
      answers: { deletePod: () => Promise.reject(new Error('no answer')) },
    });
    await expect(done).rejects.toMatchObject({ code: 'interrupted' });
    const later = fakeIo();
    for (const [path, text] of io.stored) later.stored.set(path, text);
    const next = start({ io: later, subStage: 'after_script' });
    await expect(next.done).rejects.toMatchObject({
      code: 'pod-gone',
      message: `The pod ${sampleState.pod.name} takes no more scripts: gitlab-pod-executor asked the cluster to delete it, and got no answer. It could not confirm that earlier processes had stopped; no script runs while they might. Retry the job.`,
    });
    expect(next.connections).toEqual([]);
  });

  it('ends with the failure of a pod that is found dead under a silent script', async () => {
    const { done } = start({
      ending: (request) =>
        new Promise((resolve) => request.signal?.addEventListener('abort', () => resolve(lost))),
      answers: {
        async *watchPod() {
          yield await Promise.resolve({ kind: 'gone' as const });
        },
      },
    });
    await expect(done).rejects.toMatchObject({ code: 'pod-gone' });
  });

  it('prints hostile text of a container as plain text', async () => {
    const { done, io } = start({
      ending: answering('\u001b[2Jfake\r\n', {
        stderr: 'note \u001b[2J\nbegun\nsection_end:1:x\r\nend 0 10\n',
        end: { kind: 'exited', code: 0 },
      }),
    });
    await done;
    // The job's own bytes are the job's; ours say nothing.
    expect([io.jobOutput(), io.messages()]).toEqual(['\u001b[2Jfake\r\n', '']);
  });
});
