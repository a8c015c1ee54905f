import { describe, expect, it, vi } from 'vitest';
import type { Pod } from '../../../src/cluster/cluster.ts';
import { SystemFailure } from '../../../src/outcome/system-failure.ts';
import { statePath } from '../attempt-fixture.ts';
import { answering } from '../fake-cluster.ts';
import { fakeIo, fault } from '../fake-io.ts';
import { ended, podOf, waiting } from '../pod-fixture.ts';

import {
  clusterOf,
  connection,
  helperSays,
  jobPath,
  left,
  once,
  start,
  withoutTimes,
} from '../prepare-fixture.ts';

describe('prepare', () => {
  it('says to whoever counts how long the pod took', async () => {
    const observe = vi.fn();
    await start({ io: { ...fakeIo({ JOB_RESPONSE_FILE: jobPath }), observe } }).done;
    const seconds = expect.any(Number) as number;
    expect(observe.mock.calls.map(([event]) => event as unknown)).toEqual([
      expect.objectContaining({ kind: 'job-read' }),
      { kind: 'planned', profile: null },
      {
        ...{ kind: 'pod-ready', seconds, pod: 'job-1001-rand0002', node: 'node-7' },
        ...{ uid: '1000', uidMap: '0 529072128 65536', workspace: null },
      },
    ]);
  });

  it('starts the pod, says where it is, and hands on how to get there', async () => {
    const { done, io, cluster, connect } = start();
    await done;
    expect(connect).toHaveBeenCalledExactlyOnceWith(connection);
    expect(withoutTimes(io.lines())).toEqual([
      'Using image ruby:3.4 and helper helper:19',
      ">> Starting the job's pod in namespace ci",
      '<<',
      'Pod job-1001-rand0002 is ready after N s on node-7: uid 1000, user namespace 0 529072128 65536, helper 19.4.0',
    ]);
    expect(JSON.parse(io.stored.get(statePath) as string)).toEqual({
      version: 1,
      connection,
      pod: { name: 'job-1001-rand0002', uid: 'uid-1' },
      shells: { build: '/usr/bin/sh', helper: '/bin/sh' },
      projectDirectory: '/builds/group/project',
      isWorkspaceInPod: true,
      timeouts: { reconnect: 300, stopGrace: 10 },
      logLimit: 1024 ** 3,
      services: [],
    });
    expect([...cluster.pods.keys()]).toEqual(['job-1001-rand0002']);
    expect(cluster.calls.at(-1)).toBe('close');
  });

  it.each([
    ['says so when the scripts will not be read', {}, 1],
    [
      'keeps quiet about it when the job chose quotes that will be',
      { CUSTOM_ENV_FF_POSIXLY_CORRECT_ESCAPES: 'true' },
      0,
    ],
  ])('%s by an image without bash', async (_, env, count) => {
    const cluster = clusterOf({
      exec: (request) =>
        answering(
          request.container === 'helper' ? helperSays : 'shell /usr/bin/sh\nquotes posix\nanswered\n',
        )(request),
    });
    const { done, io } = start({ cluster, io: fakeIo({ JOB_RESPONSE_FILE: jobPath, ...env }) });
    await done;
    const warnings = io.lines().filter((text) => text.includes("cannot read GitLab Runner's scripts"));
    expect(warnings).toHaveLength(count);
  });

  it('writes no secret of the job anywhere but into a Secret', async () => {
    const credentials = [
      { type: 'registry', url: 'registry.example.org', username: 'ci', password: 'hunter2' },
    ];
    const { done, io, cluster } = start({ changes: { credentials } });
    await done;
    const kept = [...io.stored].filter(([path]) => path !== jobPath);
    expect(JSON.stringify([kept, io.messages(), cluster.of('createPod')])).not.toMatch(/hunter2|aHVudGVyMg/);
    expect(cluster.of('createSecret')).toHaveLength(1);
    expect(cluster.of('adoptSecret')[0]?.slice(0, 2)).toMatchObject([
      { name: 'job-1001-rand0002-pull' },
      { name: 'job-1001-rand0002', uid: 'uid-1' },
    ]);
  });

  describe('rejects before anything is asked of the cluster', () => {
    it.each([
      ['an image', { image: { name: 'evil:1' } }, { allowed_images: [{ pattern: 'ruby:*' }] }],
      ['a service', { services: [{ name: 'evil:1' }] }, { allowed_services: [{ pattern: 'postgres:*' }] }],
      ['a missing image', { image: { name: '' } }, {}],
      [
        'a pull policy',
        { image: { name: 'ruby:3.4', pull_policy: ['always'] } },
        { allowed_pull_policies: ['never'] as const },
      ],
      ['a user', { image: { name: 'ruby:3.4', executor_opts: { kubernetes: { user: '0' } } } }, {}],
      [
        'an id that no user namespace has',
        { image: { name: 'ruby:3.4', executor_opts: { kubernetes: { user: '70000' } } } },
        {},
      ],
      ['an alias that no pod resolves', { services: [{ name: 'postgres:16', alias: 'my_db' }] }, {}],
      ['another place for the project', { variables: [{ key: 'GIT_CLONE_PATH', value: '/builds/x' }] }, {}],
    ])('rejects %s before anything is asked of the cluster', async (_, changes, policy) => {
      const { done, io, connect, resolveConnection } = start({
        changes,
        policy: { ...policy, rejection: { exit_code: 77 } },
      });
      await expect(done).rejects.toMatchObject({ code: 'rejected', exitCode: 77 });
      expect([connect.mock.calls, resolveConnection.mock.calls]).toEqual([[], []]);
      expect(io.messages()).toContain('\u001b[31;1mERROR: ');
      expect(io.stored.has(statePath)).toBe(false);
    });

    it('everything at once, and helps with all of it', async () => {
      const { done, io } = start({
        changes: {
          image: { name: 'evil:1', executor_opts: { kubernetes: { user: '0' } } },
          services: [{ name: 'postgres:16', alias: 'my_db' }],
        },
        policy: {
          allowed_images: [{ pattern: 'ruby:*' }],
          rejection: { exit_code: 1, help_url: 'https://help.example.org/' },
        },
      });
      await expect(done).rejects.toMatchObject({ code: 'rejected' });
      const log = io.messages();
      expect(log).toContain('ERROR: This runner does not allow 3 things that this job asks for.');
      for (const thing of ['  image: evil:1', '  services[0]:alias: my_db', '  image:kubernetes:user: 0'])
        expect(log).toContain(`\n${thing}\n`);
      expect(log).toContain('\nHelp:    https://help.example.org/#image=evil:1&kind=image&policy=');
    });

    it.each([
      ['reports another place than the job asks for', { variables: [] }],
      ['fills in another place', { variables: [{ key: 'GIT_CLONE_PATH', value: '/builds/group/project' }] }],
    ])('a job of which GitLab Runner %s', async (_, changes) => {
      const env = { JOB_RESPONSE_FILE: jobPath, CUSTOM_ENV_GIT_CLONE_PATH: '/builds/moved' };
      const { done, connect } = start({ changes, io: fakeIo(env) });
      await expect(done).rejects.toMatchObject({ code: 'rejected' });
      expect(connect).not.toHaveBeenCalled();
    });

    it('a job file that is no job', async () => {
      const { done, connect } = start({ changes: { id: 'x' } });
      await expect(done).rejects.toMatchObject({ code: 'job-unreadable' });
      expect(connect).not.toHaveBeenCalled();
    });
  });

  it('prints no control character of a hostile image name, rejected or not', async () => {
    const hostile = { image: { name: 'x\u001b[2J\r\u001b[0Ksection_end:1:y\u202e' } };
    const { done, io } = start({ changes: hostile, policy: { allowed_images: [{ pattern: 'ruby:*' }] } });
    await expect(done).rejects.toMatchObject({ code: 'rejected' });
    expect(io.lines().join('\n')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  it('prints the notes of a plan once for all tries of one job', async () => {
    const changes = { variables: [{ key: 'KUBERNETES_CPU_REQUEST', value: '1' }] };
    const asked: string[] = [];
    const notesOf = async (answer: boolean): Promise<number> => {
      const isNews = (text: string): boolean => {
        asked.push(text);
        return answer;
      };
      const { done, io } = start({ changes, isNews });
      await done;
      return io.lines().filter((line) => line.includes('KUBERNETES_CPU_REQUEST')).length;
    };

    expect([await notesOf(true), await notesOf(false)]).toEqual([1, 0]);
    expect(asked[0]).toContain('KUBERNETES_CPU_REQUEST');
    expect(asked[1]).toBe(asked[0]);
  });

  describe('leaves no pod and no secret behind', () => {
    const credentials = [{ type: 'registry', url: 'registry.example.org', username: 'ci', password: 'p' }];
    const refused = new SystemFailure('pod-security', { what: 'violates PodSecurity' });
    const full = fault('ENOSPC', 'no space left on device');

    it.each([
      ['the pod is refused', clusterOf({ createPod: () => Promise.reject(refused) }), 'pod-security'],
      [
        'the secret cannot be given to the pod',
        clusterOf({ adoptSecret: () => Promise.reject(refused) }),
        'pod-security',
      ],
      [
        'the image does not exist',
        clusterOf({ becomes: [{ build: waiting('ErrImagePull', 'manifest unknown') }] }),
        'image-pull-failed',
      ],
      [
        'the image has no shell',
        clusterOf({
          becomes: [{ build: ended(128, 'StartError', 'exec: "sh": executable file not found in $PATH') }],
        }),
        'image-unusable',
      ],
      [
        'the pod is evicted',
        clusterOf({
          becomes: [
            { phase: 'Failed', reason: 'Evicted', message: 'The node had condition: [MemoryPressure]. ' },
          ],
        }),
        'pod-evicted',
      ],
      [
        "the host's own user namespace shows",
        clusterOf({ exec: answering(helperSays.replaceAll('529072128 65536', '0 4294967295')) }),
        'user-namespace',
      ],
      [
        'gitlab-runner is missing',
        clusterOf({ exec: answering(helperSays.replace('runner Version: 19.4.0', 'runner not found')) }),
        'helper-incomplete',
      ],
    ])('leaves no pod and no secret behind when %s', async (_, cluster, code) => {
      const { done, io } = start({ cluster, changes: { credentials } });
      await expect(done).rejects.toMatchObject({ code });
      expect(left(cluster)).toEqual([0, 0]);
      expect(io.stored.has(statePath)).toBe(false);
      expect(cluster.calls.at(-1)).toBe('close');
      // The section is closed, so that what follows is seen.
      expect(io.lines().at(-1)).toBe('<<');
    });

    it("leaves no pod and no secret behind when the runner's disk is full", async () => {
      const io = fakeIo({ JOB_RESPONSE_FILE: jobPath });
      io.stored.set(statePath, full);
      const { done, cluster } = start({ io });
      await expect(done).rejects.toMatchObject({ code: 'disk-full' });
      expect(left(cluster)).toEqual([0, 0]);
    });

    it('reports the first failure when nothing can be deleted', async () => {
      const cluster = clusterOf({ createPod: () => Promise.reject(refused) });
      const { done } = start({
        cluster: Object.assign(cluster, {
          listPods: once(() => Promise.resolve([]), new Error('no answer')),
        }),
      });
      await expect(done).rejects.toBe(refused);
    });
  });

  describe('the user namespace that was asked for', () => {
    const notKept =
      "The job's pod has no user namespace of its own, so no job runs in it: the API server did not keep `hostUsers: false` (it is older than 1.25, has the feature switched off, or a webhook removed the field).";

    it.each([
      ['at once', { hostUsers: true }],
      ['at once, by leaving it out', { hostUsers: 'missing' as const }],
      ['once the pod runs', { keeps: true }],
      ['once the pod runs, by leaving it out', { keeps: 'missing' as const }],
    ])('refuses a user namespace that was not kept, %s', async (_, given) => {
      const cluster = clusterOf(given);
      const { done } = start({ cluster });
      await expect(done).rejects.toMatchObject({
        code: 'user-namespace',
        message: expect.stringContaining(notKept) as string,
      });
      expect(left(cluster)).toEqual([0, 0]);
      expect(cluster.calls).not.toContain('exec');
      expect(cluster.calls.includes('watchPod')).toBe('keeps' in given);
    });

    it('needs no user namespace where the operator tries things out, and each job says so', async () => {
      const cluster = clusterOf({
        hostUsers: true,
        exec: answering(helperSays.replaceAll('529072128 65536', '0 4294967295')),
      });
      const { done, io } = start({ cluster, policy: { user_namespaces: { mode: 'unproven' } } });
      await done;
      expect(io.lines()[0]).toBe(
        "WARNING: user namespaces are not proven on this runner (`user_namespaces: unproven`). It is for trying out; do not run strangers' jobs on it.",
      );
      expect(io.messages()).toContain('\u001b[33;1mWARNING: user namespaces');
    });
  });

  it('removes what an earlier attempt left, before it makes its own', async () => {
    const earlier: Pod = { metadata: { name: 'job-1001-earlier1', uid: 'uid-0' }, spec: {} };
    const cluster = clusterOf({ existing: [earlier] });
    await start({ cluster }).done;
    expect([...cluster.pods.keys()]).toEqual(['job-1001-rand0002']);
    expect(cluster.of('deletePod').map(([pod]) => pod)).toEqual([
      { name: 'job-1001-earlier1', uid: 'uid-0' },
    ]);
    expect(cluster.calls.indexOf('deletePod')).toBeLessThan(cluster.calls.indexOf('createPod'));
  });

  describe('with services', () => {
    const services = [
      { name: 'postgres:16', variables: [{ key: 'HEALTHCHECK_TCP_PORT', value: '5432' }] },
      { name: 'redis:7' },
    ];

    it('hands the names of services on, and warns once of one that ended at once', async () => {
      const cluster = clusterOf({
        becomes: [{ 'svc-1': ended(1) }],
        readLog: () => Promise.resolve('no room\n'),
      });
      const { done, io } = start({ cluster, changes: { services } });
      await done;
      expect(JSON.parse(io.stored.get(statePath) as string)).toMatchObject({
        services: [
          { container: 'svc-0', image: 'postgres:16', port: 5432 },
          { container: 'svc-1', image: 'redis:7', port: null },
        ],
      });
      expect(io.lines().slice(-2)).toEqual([
        'WARNING: The service redis:7 (services[1]) ended with exit code 1. The job goes on without it. It printed:',
        '  | no room',
      ]);
    });

    it('warns of one that does not listen in time, with what it printed', async () => {
      const cluster = clusterOf({
        becomes: [podOf({ 'svc-0': 'late', 'svc-1': { running: {} } }).status!],
        readLog: () => Promise.resolve('starting\n'),
      });
      const { done, io } = start({
        cluster,
        changes: { services },
        policy: { service_readiness: { timeout: 0 } },
      });
      await done;
      const lines = io.lines();
      expect(lines.filter((line) => /^WARNING|^ {2}\|/.test(line))).toEqual([
        'WARNING: The service postgres:16 (services[0]) does not listen on its port 5432 after 0 s. The job goes on. It printed:',
        '  | starting',
      ]);
      // A collapsed section hides what is in it.
      const end = lines.indexOf('<<');
      expect(end).toBeGreaterThan(0);
      expect(lines.findIndex((line) => line.startsWith('WARNING'))).toBeGreaterThan(end);
    });
  });

  describe('with lasting workspaces', () => {
    const policy = { lasting_workspaces: { size: 1024 ** 3, slots: 1, max_idle: 3600 } };
    const holders = ({ claims }: ReturnType<typeof clusterOf>) =>
      [...claims.values()].map(({ metadata }) => metadata.labels?.['gitlab-pod-executor/job-id']);

    it('mounts the one that the job holds, and hands on that it does', async () => {
      const cluster = clusterOf();
      const observe = vi.fn();
      const io = fakeIo({ JOB_RESPONSE_FILE: jobPath });
      await start({ cluster, policy, io: { ...io, observe } }).done;
      const [name] = cluster.claims.keys();
      expect(observe).toHaveBeenLastCalledWith(expect.objectContaining({ workspace: name }));
      expect(holders(cluster)).toEqual(['1001']);
      const [made] = [...cluster.pods.values()];
      expect(made?.spec['volumes']).toContainEqual({
        name: 'workspace',
        persistentVolumeClaim: { claimName: name },
      });
      expect(JSON.parse(io.stored.get(statePath) as string)).toMatchObject({
        holdsWorkspace: true,
        isWorkspaceInPod: false,
      });
      expect(io.lines()[0]).toBe('Workspace 1 of 1 is new, and later jobs will find it.');
    });

    it('gives it back when the pod does not become ready', async () => {
      const cluster = clusterOf({ becomes: [{ helper: ended(71) }] });
      await expect(start({ cluster, policy }).done).rejects.toMatchObject({ code: 'user-namespace' });
      expect(holders(cluster)).toEqual([undefined]);
      expect(left(cluster)).toEqual([0, 0]);
    });

    it('deletes it when what is on it cannot be cleared', async () => {
      const said = 'an earlier job left /builds/x in a state that cannot be cleared';
      const cluster = clusterOf({
        becomes: [
          {
            phase: 'Failed',
            containerStatuses: [],
            initContainerStatuses: [
              { name: 'init-workspace', state: { terminated: { exitCode: 74, message: said } } },
            ],
          },
        ],
      });
      await expect(start({ cluster, policy }).done).rejects.toMatchObject({
        code: 'workspace',
        message: expect.stringContaining(said) as string,
      });
      expect(holders(cluster)).toEqual([]);
    });
  });

  describe('when GitLab Runner ends it', () => {
    const interrupted = {
      name: 'SystemFailure',
      code: 'interrupted',
      message: 'GitLab Runner ended the preparation (cancelled, timed out, or the runner shuts down).',
    };

    it('leaves nothing while the pod is waited for', async () => {
      const cluster = clusterOf({ becomes: ['never'] });
      const { done, io } = start({ cluster });
      await vi.waitFor(() => expect(cluster.calls).toContain('watchPod'));
      io.stop();
      await expect(done).rejects.toMatchObject(interrupted);
      expect(left(cluster)).toEqual([0, 0]);
      expect(cluster.calls.at(-1)).toBe('close');
    });

    it('says so, too, when it had only looked for what was left', async () => {
      const io = fakeIo({ JOB_RESPONSE_FILE: jobPath });
      const cluster = clusterOf({
        listPods: () => {
          io.stop();
          return Promise.reject(new DOMException('aborted', 'AbortError'));
        },
      });
      await expect(start({ cluster, io }).done).rejects.toMatchObject(interrupted);
      expect(cluster.calls).not.toContain('createPod');
    });
  });
});
