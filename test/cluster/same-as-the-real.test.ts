// What a job may rely on in its pod, the same on the embedded cluster and on a real one: whatever a cluster of either kind does
// otherwise shows here. One pod reports everything at once.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type ClusterUnderTest,
  skipWithoutMemoryLimits,
  startClusterUnderTest,
  whyNoCluster,
} from './cluster-under-test.ts';
import { kubectl } from './kubectl.ts';

const reason = await whyNoCluster();
if (reason) console.warn(`SKIPPED: what a pod is made of needs a cluster; ${reason}`);

const name = `same-${randomBytes(4).toString('hex')}`;
const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
const limited = { limits: { cpu: '1', memory: '64Mi' }, requests: { cpu: '10m', memory: '16Mi' } };

/** What is printed, and what it must look like. */
const facts: readonly (readonly [what: string, script: string, expected: RegExp])[] = [
  ['the pod has its own address on an interface', 'ip -o -4 addr show | grep -c " $POD_IP/"', /^1$/],
  ['a name lookup of the pod leads to itself', 'wget -q -O - "http://$(hostname):80/"', /^served$/],
  ['the pod has no other way to itself but loopback', 'wget -q -O - http://127.0.0.1:80/', /^served$/],
  ['users may bind ports below 1024', 'cat /proc/sys/net/ipv4/ip_unprivileged_port_start', /^0$/],
  [
    'containers are told where the API server is, without service links',
    'env | grep ^KUBERNETES_ | cut -d= -f1 | sort | xargs',
    /^KUBERNETES_PORT KUBERNETES_PORT_443_TCP KUBERNETES_PORT_443_TCP_ADDR KUBERNETES_PORT_443_TCP_PORT KUBERNETES_PORT_443_TCP_PROTO KUBERNETES_SERVICE_HOST KUBERNETES_SERVICE_PORT KUBERNETES_SERVICE_PORT_HTTPS$/,
  ],
  ['the address of the API server is one', 'echo "$KUBERNETES_PORT_443_TCP"', /^tcp:\/\/[\d.]+:443$/],
  [
    'names are looked up as in a cluster',
    'grep ^search /etc/resolv.conf',
    /^search \S+\.svc\.cluster\.local svc\.cluster\.local cluster\.local/,
  ],
  ['the resolver has no options of its own', 'grep ^options /etc/resolv.conf', /^options ndots:5$/],
  ['system calls are filtered', 'grep ^Seccomp: /proc/self/status', /^Seccomp:\s2$/],
  ['no privileges are gained', 'grep ^NoNewPrivs: /proc/self/status', /^NoNewPrivs:\s1$/],
  ['a new user namespace is refused', 'unshare -U true 2>&1', /Operation not permitted$/],
  ['the kernel kills a container before the node', 'cat /proc/self/oom_score_adj', /^9\d\d$/],
  ['the file for last words is there', 'stat -c %a /dev/termination-log', /^666$/],
];
const limits: typeof facts = [
  [
    'a container sees its memory limit',
    'cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null',
    /^67108864$/,
  ],
  [
    'a container sees how often the kernel killed in it',
    'grep -h "^oom_kill " /sys/fs/cgroup/memory/memory.oom_control /sys/fs/cgroup/memory.events 2>/dev/null',
    /^oom_kill 0$/,
  ],
  [
    'a container cannot change its limit',
    'mkdir /sys/fs/cgroup/memory/mine /sys/fs/cgroup/mine 2>&1 | tail -1',
    /(Read-only file system|Permission denied|nonexistent directory)$/,
  ],
];

const report = (all: typeof facts): string =>
  all.map(([, script], index) => `echo "fact ${index}: $(${script})"`).join('\n');

let cluster: ClusterUnderTest;
let printed: string[];
let statuses: States;

interface State {
  readonly terminated?: Terminated;
}
type States = ReadonlyMap<string, State>;

interface Terminated {
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string;
}

beforeAll(async () => {
  if (reason) return;
  cluster = await startClusterUnderTest();
  const file = join(mkdtempSync(join(cluster.directory, 'same-')), 'pod.json');
  writeFileSync(file, JSON.stringify(manifest()));
  kubectl(cluster, 'create', '--validate=false', '-f', file);
  await vi.waitFor(() => expect(read().get('facts')?.terminated).toBeDefined(), {
    timeout: 60_000,
    interval: 500,
  });
  statuses = read();
  printed = kubectl(cluster, 'logs', name, '-c', 'facts')
    .split(/^fact \d+: /m)
    .slice(1);
});

function read(): States {
  const { status } = JSON.parse(kubectl(cluster, 'get', 'pod', name, '-o', 'json')) as {
    status: { containerStatuses?: { name: string; state: State }[] };
  };
  return new Map((status.containerStatuses ?? []).map((each) => [each.name, each.state]));
}
afterAll(async () => {
  if (reason) return;
  kubectl(cluster, 'delete', 'pod', name, '--grace-period=1', '--wait=false');
  await cluster.stop();
});

function manifest(): object {
  const container = (its: string, command: readonly string[], more: object = {}): object => ({
    name: its,
    image: cluster.busyboxImage,
    imagePullPolicy: 'IfNotPresent',
    command,
    securityContext,
    ...more,
  });
  const shell = (script: string): string[] => ['sh', '-c', script];
  const served = 'mkdir /tmp/web; echo served >/tmp/web/index.html; httpd -p 80 -h /tmp/web';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      hostUsers: false,
      restartPolicy: 'Never',
      enableServiceLinks: false,
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        container('unready', ['sleep', '60'], {
          readinessProbe: { tcpSocket: { port: 81 }, periodSeconds: 1 },
        }),
        container('hungry', shell('dd if=/dev/zero of=/dev/null bs=200M count=1; exit 0'), {
          resources: limited,
        }),
        container('missing', ['/nope']),
        container('talker', shell('echo in the log; echo last words >/dev/termination-log; exit 3')),
        container('logger', shell('echo in the log; exit 3'), {
          terminationMessagePolicy: 'FallbackToLogsOnError',
        }),
        container('facts', shell(`${served}\n${report([...facts, ...limits])}`), {
          resources: limited,
          env: [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
        }),
      ],
    },
  };
}

const terminated = (container: string): Terminated | undefined => statuses.get(container)?.terminated;

describe.skipIf(reason)('a pod', () => {
  it.each(facts.map(([what, , expected], index) => ({ what, expected, index })))(
    '$what',
    ({ expected, index }) => {
      expect(printed[index]?.trim()).toMatch(expected);
    },
  );

  it.each(limits.map(([what, , expected], index) => ({ what, expected, index: facts.length + index })))(
    '$what',
    ({ expected, index }) => {
      skipWithoutMemoryLimits(cluster);
      expect(printed[index]?.trim()).toMatch(expected);
    },
  );

  it('a container in which the kernel killed for memory is OOMKilled, whatever its code', () => {
    skipWithoutMemoryLimits(cluster);
    // With cgroup v2 a node kills the whole container, unless it is told otherwise.
    expect(terminated('hungry')).toMatchObject({ reason: 'OOMKilled' });
    expect([0, 137]).toContain(terminated('hungry')?.exitCode);
  });

  it("a program that is not there is named in the runtime's words", () => {
    expect(terminated('missing')).toMatchObject({ exitCode: 128, reason: 'StartError' });
    // runc's, and crun's.
    expect(terminated('missing')?.message).toMatch(
      /runc create failed: unable to start container process: error during container init: exec: "\/nope": stat \/nope: no such file or directory$|crun: .*`\/nope`.*No such file/,
    );
  });

  it('a container leaves its last words, or the end of its log where it is asked for', () => {
    expect(terminated('talker')?.message).toBe('last words\n');
    expect(terminated('logger')?.message).toBe('in the log\n');
  });

  it("a readiness probe that fails is an event in the kubelet's words", async () => {
    // Written in the background by the kubelet, after the probe.
    const events = (): string =>
      kubectl(
        cluster,
        'get',
        'events',
        '--field-selector',
        `involvedObject.name=${name},reason=Unhealthy`,
        '-o',
        'jsonpath={range .items[*]}{.type} {.involvedObject.fieldPath} {.message}{"\\n"}{end}',
      );
    await expect
      .poll(events, { timeout: 10_000 })
      .toMatch(
        /^Warning spec\.containers\{unready\} Readiness probe failed: dial tcp [\d.]+:81: connect: connection refused$/m,
      );
  });
});
