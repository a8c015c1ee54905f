// What a pod is on the host: namespaces, ids, volumes, mounts, and how it comes and goes.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callApi } from './client/call-api.ts';
import { createPod, finishedPod, idle, logOf, podManifest, readyPod } from './client/pods.ts';
import { runExec } from './client/run-exec.ts';
import { describeWithSandbox } from './client/sandboxed.ts';
import { isReady, untilGone, untilPod } from './client/watch-pod.ts';
import type { ContainerStatus, Pod } from './pod/pod.ts';
import { type EmbeddedCluster, startEmbeddedCluster } from './start-embedded-cluster.ts';

const describe = await describeWithSandbox();

function commandLine(pid: string): string[] {
  try {
    return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')] : [];
  } catch {
    return [];
  }
}

describe('pods', () => {
  let cluster: EmbeddedCluster;
  const web = createServer((_request, response) => response.end('from the host'));
  const hidden = createServer((_request, response) => response.end('not for pods'));
  const portOf = (server: typeof web): number => (server.address() as AddressInfo).port;
  let number = 0;
  const newName = (): string => `p${++number}`;

  beforeAll(async () => {
    for (const server of [web, hidden])
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    cluster = await startEmbeddedCluster({ reachable: [{ hostPort: portOf(web), podPort: 8080 }] });
  });
  afterAll(async () => {
    await cluster.stop();
    for (const server of [web, hidden]) server.close();
  });

  /** The output of a script in a ready pod with these parts. */
  const inside = async (script: string, parts: Parameters<typeof readyPod>[2] = {}): Promise<string> => {
    const name = newName();
    await readyPod(cluster, name, parts);
    const { stdout, stderr } = await runExec(cluster, { pod: name, container: 'main' }, ['sh', '-c', script]);
    await callApi(cluster, 'DELETE', `pods/${name}?gracePeriodSeconds=0`);
    return (stdout + stderr).trimEnd();
  };
  const stateOf = (pod: Pod, name = 'main'): ContainerStatus['state'] | undefined =>
    [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])].find(
      (status) => status.name === name,
    )?.state;

  it('have a user namespace of their own that proves itself, inside and out', async () => {
    const name = newName();
    await readyPod(cluster, name);
    const { stdout } = await runExec(cluster, { pod: name, container: 'main' }, [
      'sh',
      '-c',
      'cat /proc/self/uid_map /proc/self/gid_map; id -u',
    ]);
    const [uids = '', gids, uid] = stdout.split('\n').map((line) => line.trim().replace(/ +/g, ' '));
    const [, base = 0] = uids.split(' ').map(Number);
    const [first] = await cluster.processes(name, 'main');

    expect(uids).toMatch(/^0 \d+ 65536$/);
    expect(base % 65_536).toBe(0);
    expect(base).toBeGreaterThanOrEqual(65_536);
    expect(gids).toBe(uids);
    expect(uid).toBe('1000');
    expect(first?.command).toContain('trap');
    // As an ordinary user the namespace sits in another one.
    if (cluster.sandbox.kind === 'crun-root') expect(first?.uid).toBe(base + 1000);
    else expect(first?.uid).not.toBe(1000);
  });

  it('have other ids on the host than each other', async () => {
    const [one, two] = [newName(), newName()];
    await readyPod(cluster, one);
    await readyPod(cluster, two);
    const maps = await Promise.all(
      [one, two].map(async (name) => (await cluster.processes(name, 'main'))[0]?.uidMap),
    );

    if (cluster.sandbox.kind === 'crun-root') expect(maps[0]).not.toBe(maps[1]);
  });

  it('have the ids of the node without hostUsers: false, so that no proof holds', async () => {
    const map = await inside('cat /proc/self/uid_map', { hostUsers: true });

    expect(map.replace(/ +/g, ' ').trim()).not.toMatch(/^0 \d+ 65536$/);
  });

  it('containers run with the user, groups, capabilities and privileges of their pod', async () => {
    const text = await inside('id; grep -E "CapEff|CapBnd|NoNewPrivs" /proc/self/status', {
      securityContext: { runAsUser: 1234, runAsGroup: 2345, fsGroup: 3456, supplementalGroups: [4567] },
    });

    expect(text).toBe(
      [
        'uid=1234 gid=2345 groups=2345,3456,4567',
        'CapEff:\t0000000000000000',
        'CapBnd:\t0000000000000000',
        'NoNewPrivs:\t1',
      ].join('\n'),
    );
  });

  it('have the default capabilities of a container runtime when nobody drops them', async () => {
    const bounding = await inside('grep CapBnd /proc/self/status', {
      containers: [
        { name: 'main', securityContext: { capabilities: { drop: ['NET_RAW'], add: ['NET_ADMIN'] } } },
      ],
    });

    expect(bounding).toBe('CapBnd:\t00000000a80415fb');
  });

  it('see nothing of the host but its programs', async () => {
    const text = await inside(
      'ls -A /root /home /tmp /opt /var/lib /srv 2>&1; cat /etc/shadow; test -e /work || echo no work',
      {
        securityContext: { runAsUser: 0 },
      },
    );

    expect(text).toBe(
      '/home:\n\n/opt:\n\n/root:\n\n/srv:\n\n/tmp:\n\n/var/lib:\nno work\ncat: /etc/shadow: No such file or directory',
    );
  });

  it('containers write their root only where it belongs to them, and not at all when it is read-only', async () => {
    const script = 'touch /usr/x /tmp/x /x; echo done';
    const asRoot = { securityContext: { runAsUser: 0 } };

    expect(await inside(script, asRoot)).toBe("done\ntouch: cannot touch '/usr/x': Read-only file system");
    expect(
      await inside('touch /tmp/x; echo done', {
        ...asRoot,
        containers: [{ name: 'main', securityContext: { readOnlyRootFilesystem: true } }],
      }),
    ).toBe("done\ntouch: cannot touch '/tmp/x': Read-only file system");
  });

  it.each([
    ['without fsGroup', {}, {}, 'drwxrwxrwx 0 0'],
    ['with fsGroup', { fsGroup: 1000 }, {}, 'drwxrwsrwx 0 1000'],
    ['in memory', { fsGroup: 1000 }, { medium: 'Memory', sizeLimit: '1Mi' }, 'drwxrwsrwt 0 1000'],
  ])(
    'have an emptyDir %s with the mode that a kubelet gives it',
    async (_how, context, emptyDir, expected) => {
      const text = await inside('stat -c "%A %u %g" /v && touch /v/file', {
        securityContext: { runAsUser: 1000, ...context },
        containers: [{ name: 'main', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
        volumes: [{ name: 'v', emptyDir }],
      });

      expect(text).toBe(expected);
    },
  );

  it('containers cannot write more into a memory emptyDir than its limit', async () => {
    const text = await inside('dd if=/dev/zero of=/v/x bs=1M count=2 2>&1 | grep -o "No space.*"', {
      containers: [{ name: 'main', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
      volumes: [{ name: 'v', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }],
    });

    expect(text).toBe('No space left on device');
  });

  it('share volumes between containers, and only those that both mount', async () => {
    const name = newName();
    const mount = (volume: string) => ({ name: volume, mountPath: `/${volume}` });
    await readyPod(cluster, name, {
      containers: [
        { name: 'main', volumeMounts: [mount('both'), mount('mine')] },
        { name: 'other', volumeMounts: [{ ...mount('both'), readOnly: true }] },
      ],
      volumes: [
        { name: 'both', emptyDir: {} },
        { name: 'mine', emptyDir: {} },
      ],
    });
    await runExec(cluster, { pod: name, container: 'main' }, [
      'sh',
      '-c',
      'echo hi >/both/x; echo no >/mine/x',
    ]);
    const { stdout, stderr } = await runExec(cluster, { pod: name, container: 'other' }, [
      'sh',
      '-c',
      'cat /both/x; ls -d /mine; touch /both/y',
    ]);

    expect(stdout).toBe('hi\n');
    expect(stderr).toMatch(/cannot access '\/mine'/);
    expect(stderr).toMatch(/cannot touch '\/both\/y': Read-only file system/);
  });

  it('get secrets, config maps and the downward API as files and variables', async () => {
    const make = (resource: string, body: object) => callApi(cluster, 'POST', resource, { body });
    await make('secrets', { metadata: { name: 's' }, stringData: { key: 'secret value' } });
    await make('configmaps', { metadata: { name: 'c' }, data: { key: 'config value' } });
    const text = await inside(
      'stat -c "%a %u %g %n" /s/key /c/sub/renamed; cat /s/key; echo; cat /c/sub/renamed; echo; cat /p/name /p/key; echo; echo "$A $B $C"; touch /s/x',
      {
        securityContext: { runAsUser: 1000, fsGroup: 2000 },
        containers: [
          {
            name: 'main',
            volumeMounts: ['s', 'c', 'p'].map((volume) => ({ name: volume, mountPath: `/${volume}` })),
            env: [
              { name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'key' } } },
              { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
              { name: 'C', value: '$(B)-$(NOPE)-$$(B)' },
            ],
          },
        ],
        volumes: [
          { name: 's', secret: { secretName: 's', defaultMode: 0o400 } },
          { name: 'c', configMap: { name: 'c', items: [{ key: 'key', path: 'sub/renamed' }] } },
          {
            name: 'p',
            projected: {
              sources: [
                { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'spec.nodeName' } }] } },
                { secret: { name: 's' } },
              ],
            },
          },
        ],
      },
    );

    expect(text.split('\n')).toEqual([
      '440 0 2000 /s/key',
      '644 0 2000 /c/sub/renamed',
      'secret value',
      'config value',
      'embedded-nodesecret value',
      'secret value ci ci-$(NOPE)-$(B)',
      "touch: cannot touch '/s/x': Read-only file system",
    ]);
  });

  it('get every key of a secret and a config map, under what their own list says', async () => {
    const make = (resource: string, body: object) => callApi(cluster, 'POST', resource, { body });
    await make('secrets', {
      metadata: { name: 'all' },
      stringData: { A: 'of the secret', B: '$(A) $$ $A', C: 'x', 'd.e-f': 'dots', '1': 'a digit' },
    });
    await make('configmaps', { metadata: { name: 'more' }, data: { A: 'of the map', K: 'kept' } });
    const text = await inside(
      'tr "\\0" "\\n" </proc/$$/environ | grep -E "^(A|B|C|D|P_[AK]|d.e-f|1)=" | sort',
      {
        containers: [
          {
            name: 'main',
            envFrom: [
              { secretRef: { name: 'all' } },
              { configMapRef: { name: 'more' } },
              { prefix: 'P_', configMapRef: { name: 'more' } },
              { secretRef: { name: 'not-there', optional: true } },
            ],
            env: [
              { name: 'C', value: 'its own' },
              { name: 'D', value: '$(K)' },
            ],
          },
        ],
      },
    );

    expect(text.split('\n')).toEqual([
      '1=a digit',
      'A=of the map',
      'B=$(A) $$ $A',
      'C=its own',
      'D=kept',
      'P_A=of the map',
      'P_K=kept',
      'd.e-f=dots',
    ]);
  });

  it('make a missing working directory as root, and a missing subPath like its volume', async () => {
    const text = await inside('pwd; stat -c "%A %u" . /sub', {
      containers: [
        {
          name: 'main',
          workingDir: '/v/group/project',
          volumeMounts: [
            { name: 'v', mountPath: '/v' },
            { name: 'v', mountPath: '/sub', subPath: 'a/b' },
          ],
        },
      ],
      volumes: [{ name: 'v', emptyDir: {} }],
    });

    expect(text).toBe('/v/group/project\ndrwxr-xr-x 0\ndrwxrwxrwx 0');
  });

  it('know their host aliases and themselves by name', async () => {
    const text = await inside('getent hosts db cache | cut -d" " -f1; hostname', {
      hostAliases: [{ ip: '127.0.0.1', hostnames: ['db', 'cache'] }],
      hostname: 'worker',
    });

    expect(text).toBe('127.0.0.1\n127.0.0.1\nworker');
  });

  it('share a loopback, reach the ports that are named, and nothing else', async () => {
    const name = newName();
    await readyPod(cluster, name, { containers: [{ name: 'main' }, { name: 'other' }] });
    const fetchPort = (port: number): string =>
      `exec 3<>/dev/tcp/127.0.0.1/${port} && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3 | tail -1`;
    const bash = (container: string, script: string) =>
      runExec(cluster, { pod: name, container }, ['bash', '-c', script]);

    for (const container of ['main', 'other'])
      expect((await bash(container, fetchPort(8080))).stdout).toBe('from the host');
    expect((await bash('main', fetchPort(portOf(hidden)))).stderr).toMatch(/Connection refused/);
    expect((await bash('main', 'echo >/dev/tcp/192.0.2.1/80')).stderr).toMatch(/Network is unreachable/);
  });

  it('become ready by their readiness probes', async () => {
    const name = newName();
    await createPod(cluster, name, {
      containers: [
        {
          name: 'main',
          readinessProbe: { exec: { command: ['test', '-e', '/tmp/ready'] }, periodSeconds: 1 },
        },
        {
          name: 'port',
          command: [
            'perl',
            '-MIO::Socket::INET',
            '-e',
            'sleep 1; $s = IO::Socket::INET->new(LocalPort => 5000, Listen => 5) or die; sleep 999',
          ],
          readinessProbe: { tcpSocket: { port: 5000 }, periodSeconds: 1 },
        },
      ],
    });
    const half = await untilPod(cluster, name, ({ status }) => status.containerStatuses?.[1]?.ready === true);
    expect(isReady(half)).toBe(false);
    await runExec(cluster, { pod: name, container: 'main' }, ['touch', '/tmp/ready']);
    await untilPod(cluster, name, isReady);
  });

  it('run init containers one after the other before the rest, and stop at one that fails', async () => {
    const mount = [{ name: 'v', mountPath: '/v' }];
    const parts = (second: string) => ({
      initContainers: [
        { name: 'first', command: ['sh', '-c', 'sleep 0.2; echo first >>/v/log'], volumeMounts: mount },
        { name: 'second', command: ['sh', '-c', `echo second >>/v/log; ${second}`], volumeMounts: mount },
      ],
      containers: [{ name: 'main', command: ['cat', '/v/log'], volumeMounts: mount }],
      volumes: [{ name: 'v', emptyDir: {} }],
    });
    const [fine, broken] = [newName(), newName()];

    expect((await finishedPod(cluster, fine, parts('true'))).status.phase).toBe('Succeeded');
    expect(await logOf(cluster, fine)).toBe('first\nsecond\n');
    const failed = await finishedPod(cluster, broken, parts('exit 7'));
    expect(failed.status.phase).toBe('Failed');
    expect(stateOf(failed, 'second')).toMatchObject({ terminated: { exitCode: 7, reason: 'Error' } });
    expect(stateOf(failed)).toMatchObject({ waiting: { reason: 'PodInitializing' } });
  });

  it('run on when process 1 of one container ends, and say so; nothing of that container is left', async () => {
    const name = newName();
    await readyPod(cluster, name, { containers: [{ name: 'main' }, { name: 'other' }] });
    const at = (container: string) => ({ pod: name, container });
    await runExec(cluster, at('main'), ['sh', '-c', 'trap "" TERM HUP; setsid sleep 1000 >/dev/null 2>&1 &']);
    const before = await cluster.processes(name, 'main');
    expect(before.map(({ command }) => command)).toContain('sleep 1000');
    await runExec(cluster, at('main'), ['sh', '-c', 'kill -TERM 1; sleep 1000']);

    const pod = await untilPod(cluster, name, (it) => 'terminated' in (stateOf(it) ?? {}));
    expect(stateOf(pod)).toMatchObject({ terminated: { exitCode: 143, reason: 'Error' } });
    expect(stateOf(pod, 'other')).toMatchObject({ running: {} });
    expect(pod.status).toMatchObject({
      phase: 'Running',
      containerStatuses: [{ ready: false, restartCount: 0 }, { ready: true }],
    });
    expect(pod.status.conditions).toContainEqual(
      expect.objectContaining({ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }),
    );
    expect(before.filter(({ pid }) => existsSync(`/proc/${pid}`))).toEqual([]);
    await expect(runExec(cluster, at('main'), ['true'])).rejects.toThrow('container not found ("main")');
    expect((await runExec(cluster, at('other'), ['echo', 'here'])).stdout).toBe('here\n');
  });

  it('end as Failed with the exit code of a container that fails', async () => {
    const pod = await finishedPod(cluster, newName(), {
      containers: [
        { name: 'main', command: ['sh', '-c', 'exit 3'] },
        { name: 'missing', command: ['/no/such'] },
      ],
    });

    expect(pod.status.phase).toBe('Failed');
    expect(stateOf(pod)).toMatchObject({ terminated: { exitCode: 3, reason: 'Error' } });
    expect(stateOf(pod, 'missing')).toMatchObject({
      terminated: {
        exitCode: 128,
        reason: 'StartError',
        message: expect.stringContaining('no such file or directory'),
      },
    });
  });

  it.each([
    [
      'a secret that is not there',
      { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'no', key: 'k' } } }] },
      'secret "no" not found',
    ],
    [
      'a secret that is not there, asked for as a whole',
      { envFrom: [{ secretRef: { name: 'no' } }] },
      'secret "no" not found',
    ],
    [
      'root where it must not be',
      { securityContext: { runAsUser: 0, runAsNonRoot: true } },
      'container has runAsNonRoot and image will run as root',
    ],
  ])('wait with CreateContainerConfigError for %s', async (_what, container, message) => {
    const name = newName();
    await createPod(cluster, name, { containers: [{ name: 'main', ...container }] });
    const pod = await untilPod(cluster, name, (it) =>
      JSON.stringify(stateOf(it) ?? {}).includes('ConfigError'),
    );

    expect(stateOf(pod)).toMatchObject({ waiting: { message: expect.stringContaining(message) } });
    expect(pod.status.phase).toBe('Pending');
  });

  it('never get a sandbox with ids that no user namespace holds', async () => {
    const name = newName();
    await createPod(cluster, name, { securityContext: { runAsUser: 65_536 } });
    const pod = await untilPod(cluster, name, ({ status }) => status.startTime !== undefined);
    await new Promise((later) => setTimeout(later, 200));
    const { body } = await callApi(
      cluster,
      'GET',
      `events?fieldSelector=involvedObject.uid%3D${pod.metadata.uid}`,
    );

    expect(stateOf(pod)).toMatchObject({ waiting: { reason: 'ContainerCreating' } });
    expect(JSON.stringify(body.items)).toMatch(/FailedCreatePodSandBox.*setgroups: invalid argument/);
  });

  it('end when their deadline passes', async () => {
    const pod = await finishedPod(cluster, newName(), { activeDeadlineSeconds: 1 });

    expect(pod.status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
  });

  it('pods that are done in time have no deadline any more', async () => {
    const name = newName();
    const deadline = new Promise((later) => setTimeout(later, 4200));
    await finishedPod(cluster, name, {
      activeDeadlineSeconds: 4,
      containers: [{ name: 'main', command: ['true'] }],
    });
    await deadline;

    expect((await callApi(cluster, 'GET', `pods/${name}`)).body['status']).toMatchObject({
      phase: 'Succeeded',
    });
  });

  it('pods are evicted when an emptyDir outgrows its limit', async () => {
    const pod = await finishedPod(cluster, newName(), {
      containers: [
        {
          name: 'main',
          command: ['sh', '-c', `head -c 3000000 /dev/zero >/v/x; ${idle[2] ?? ''}`],
          volumeMounts: [{ name: 'v', mountPath: '/v' }],
        },
      ],
      volumes: [{ name: 'v', emptyDir: { sizeLimit: '1Mi' } }],
    });

    expect(pod.status).toMatchObject({
      phase: 'Failed',
      reason: 'Evicted',
      message: 'Usage of EmptyDir volume "v" exceeds the limit "1Mi". ',
    });
  });

  it('pods are evicted and lose the reason when every container ends with 0, as in a real kubelet', async () => {
    const calm = idle[2]?.replace('exit 143', 'exit 0') ?? '';
    const pod = await finishedPod(cluster, newName(), {
      containers: [
        {
          name: 'main',
          command: ['sh', '-c', `head -c 3000000 /dev/zero >/v/x; ${calm}`],
          volumeMounts: [{ name: 'v', mountPath: '/v' }],
        },
      ],
      volumes: [{ name: 'v', emptyDir: { sizeLimit: '1Mi' } }],
    });

    expect(pod.status.phase).toBe('Succeeded');
    expect(pod.status).not.toHaveProperty('reason');
  });

  it('pods are evicted when their volumes together outgrow the limits of their containers', async () => {
    const mount = (name: string) => ({ name, mountPath: `/${name}` });
    const pod = await finishedPod(cluster, newName(), {
      containers: [
        {
          name: 'main',
          command: ['sh', '-c', `for v in a b; do head -c 3000000 /dev/zero >/$v/x; done; ${idle[2] ?? ''}`],
          volumeMounts: [mount('a'), mount('b')],
          resources: { limits: { 'ephemeral-storage': '3Mi' } },
        },
        { name: 'other', resources: { limits: { 'ephemeral-storage': '1Mi' } } },
      ],
      volumes: ['a', 'b'].map((name) => ({ name, emptyDir: {} })),
    });

    expect(pod.status.message).toBe(
      'Pod ephemeral local storage usage exceeds the total limit of containers 4Mi. ',
    );
  });

  it('pods are asked to end, given their grace, and leave nothing on the host', async () => {
    const name = newName();
    const pod = await readyPod(cluster, name, {
      terminationGracePeriodSeconds: 30,
      containers: [
        {
          name: 'main',
          command: ['sh', '-c', 'trap "echo bye; sleep 0.3; exit 0" TERM; while :; do sleep 0.1; done'],
        },
      ],
      volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }],
    });
    const [first] = await cluster.processes(name, 'main');
    const { status, body } = await callApi(cluster, 'DELETE', `pods/${name}`);
    const during = await callApi(cluster, 'GET', `pods/${name}`);
    await untilGone(cluster, name);

    expect(status).toBe(200);
    expect(body.metadata).toMatchObject({ deletionGracePeriodSeconds: 30 });
    expect(during.body.metadata).toHaveProperty('deletionTimestamp');
    expect(readdirSync('/proc')).not.toContain(String(first?.pid));
    expect(readdirSync(join(cluster.stateDir, 'pods'))).not.toContain(pod.metadata.uid);
  });

  it('pods are killed when the grace is over, and at once when a second delete shortens it', async () => {
    const name = newName();
    await readyPod(cluster, name, {
      terminationGracePeriodSeconds: 3600,
      containers: [{ name: 'main', command: ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'] }],
    });
    await callApi(cluster, 'DELETE', `pods/${name}`);
    await callApi(cluster, 'DELETE', `pods/${name}?gracePeriodSeconds=1`);
    await untilGone(cluster, name);
  });

  it('leave nothing on the host at whatever moment of their start they are deleted', async () => {
    const mounts = [{ name: 'v', mountPath: '/v' }];
    const parts = {
      terminationGracePeriodSeconds: 1,
      initContainers: [{ name: 'init', command: ['true'], volumeMounts: mounts }],
      containers: [{ name: 'main', volumeMounts: mounts }, { name: 'other' }],
      volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }],
    };
    const uids = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        const name = newName();
        await createPod(cluster, name, parts);
        const { body } = await callApi(cluster, 'GET', `pods/${name}`);
        await new Promise((later) => setTimeout(later, index * 40));
        await callApi(cluster, 'DELETE', `pods/${name}`);
        await untilGone(cluster, name);
        return body.metadata.uid;
      }),
    );
    const commands = readdirSync('/proc').flatMap(commandLine);

    for (const uid of uids) {
      expect(readdirSync(join(cluster.stateDir, 'pods'))).not.toContain(uid);
      expect(commands.filter((command) => command.includes(uid))).toEqual([]);
    }
  });

  it('take their secrets along when they own them', async () => {
    const name = newName();
    await createPod(cluster, name);
    const { body } = await callApi(cluster, 'GET', `pods/${name}`);
    const owner = { apiVersion: 'v1', kind: 'Pod', name, uid: body.metadata.uid };
    await callApi(cluster, 'POST', 'secrets', {
      body: { metadata: { name: 'owned', ownerReferences: [owner] } },
    });
    await callApi(cluster, 'DELETE', `pods/${name}?gracePeriodSeconds=0`);
    await untilGone(cluster, name);

    expect((await callApi(cluster, 'GET', 'secrets/owned')).status).toBe(404);
  });

  it('keep their log, in whole lines, with times, from an end or followed', async () => {
    const name = newName();
    await finishedPod(cluster, name, {
      containers: [
        { name: 'main', command: ['sh', '-c', 'echo one; echo two >&2; sleep 0.1; printf three'] },
      ],
    });
    const log = async (query: string) =>
      (await callApi(cluster, 'GET', `pods/${name}/log?${query}`)).body.message;

    expect(await log('')).toBe('one\ntwo\nthree');
    expect(await log('tailLines=2')).toBe('two\nthree');
    expect(await log('limitBytes=5')).toBe('one\nt');
    expect(await log('timestamps=true&tailLines=1')).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z three$/);
    expect(await log('follow=true')).toBe('one\ntwo\nthree');
    expect(await log('previous=true')).toMatch(/previous terminated container "main"/);
  });

  it('no second pod gets the name of one that is ending', async () => {
    const name = newName();
    await createPod(cluster, name);
    const { status } = await callApi(cluster, 'POST', 'pods', { body: podManifest(cluster, name) });

    expect(status).toBe(409);
  });
});
