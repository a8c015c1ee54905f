// Memory limits: enforced by the kernel, counted in a container's cgroup, told by status.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { finishedPod, logOf } from './client/pods.ts';
import { describeWithSandbox } from './client/sandboxed.ts';
import { findHierarchy, placeOfCgroups } from './sandbox/cgroup-hierarchy.ts';
import { memoryCgroups } from './sandbox/memory-cgroups.ts';
import { type EmbeddedCluster, startEmbeddedCluster } from './start-embedded-cluster.ts';

const describe = await describeWithSandbox();

describe('memory limits', () => {
  let cluster: EmbeddedCluster;
  beforeAll(async () => {
    cluster = await startEmbeddedCluster();
  });
  afterAll(() => cluster.stop());
  const skipUnlessEnforced = ({ skip }: { skip: (why: string) => never }): void => {
    const why = cluster.sandbox.whyNoMemoryLimits;
    if (why === null) return;
    console.warn(`SKIPPED: memory limits are not enforced here: ${why}`);
    skip(why);
  };

  const limited = { limits: { memory: '48Mi' }, requests: { memory: '16Mi' } };
  const hog = 'dd if=/dev/zero of=/dev/null bs=100M count=1; echo code $?';
  const counters = 'cat /sys/fs/cgroup/memory/memory.oom_control /sys/fs/cgroup/memory.events 2>&1 || true';

  it('a process that wants more memory than its container may have is killed by the kernel, counted in the cgroup, and told by the status', async (test) => {
    skipUnlessEnforced(test);
    const script = `${hog}; ${counters}; cat /proc/self/oom_score_adj`;
    const pod = await finishedPod(cluster, 'hog', {
      containers: [
        { name: 'main', command: ['sh', '-c', script], resources: limited },
        { name: 'free', command: ['sh', '-c', hog] },
      ],
    });
    const log = await logOf(cluster, 'hog');
    expect(log).toContain('code 137');
    expect(log).toMatch(/^oom_kill 1$/m);
    expect(log).toMatch(/^99\d$/m);
    expect(await logOf(cluster, 'hog', 'free')).toContain('code 0');
    expect(pod.status.containerStatuses).toMatchObject([
      { name: 'free', state: { terminated: { exitCode: 0, reason: 'Completed' } } },
      // As containerd has it: whichever process was killed, and whatever the code.
      { name: 'main', state: { terminated: { exitCode: 0, reason: 'OOMKilled' } } },
    ]);
  });

  it('a cluster leaves no cgroup behind, not even after a crash', async (test) => {
    skipUnlessEnforced(test);
    const hierarchy = findHierarchy();
    if (!hierarchy) throw new Error('limits are enforced without a hierarchy');
    const place = placeOfCgroups(hierarchy, cluster.stateDir);
    expect(existsSync(place)).toBe(true);
    await cluster.crash();
    await cluster.stop();
    expect(existsSync(place)).toBe(false);
  });
});

describe('the files of a memory cgroup', () => {
  /** A directory as the kernel would show it; what is written stays as it is. */
  const fake = (version: 1 | 2) => {
    const path = mkdtempSync(join(tmpdir(), 'fake-cgroup-'));
    const container = join(path, 'one');
    mkdirSync(container);
    const memsw = join(container, 'memory.memsw.limit_in_bytes');
    if (version === 1) writeFileSync(memsw, '');
    return { path, container, cgroups: memoryCgroups({ version, path }, () => Promise.resolve()) };
  };
  const written = (directory: string, file: string): string => readFileSync(join(directory, file), 'utf8');

  it('a memory cgroup has the files of v2 where the controller is there', () => {
    const { path, container, cgroups } = fake(2);
    const cgroup = cgroups.create('one', 1024);
    expect(written(path, 'cgroup.subtree_control')).toBe('+memory');
    expect(written(container, 'memory.max')).toBe('1024');
    expect(cgroup?.mounts).toMatchObject([{ destination: '/sys/fs/cgroup', source: container }]);
    writeFileSync(
      join(container, 'memory.events'),
      'low 0\nhigh 0\nmax 9\noom 3\noom_kill 2\noom_group_kill 0\n',
    );
    expect(cgroup?.oomKills()).toBe(2);
  });

  it('a memory cgroup has the files of v1 elsewhere', () => {
    const { container, cgroups } = fake(1);
    const cgroup = cgroups.create('one', 1024);
    expect(written(container, 'memory.memsw.limit_in_bytes')).toBe('1024');
    expect(cgroup?.mounts).toMatchObject([
      { destination: '/sys/fs/cgroup', type: 'tmpfs' },
      { destination: '/sys/fs/cgroup/memory', source: container },
    ]);
    writeFileSync(join(container, 'memory.oom_control'), 'oom_kill_disable 0\nunder_oom 0\noom_kill 1\n');
    expect(cgroup?.oomKills()).toBe(1);
  });
});
