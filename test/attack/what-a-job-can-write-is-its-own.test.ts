import { describe, expect, it } from 'vitest';
import { attackSuite } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('what a job can write is its own');

/** Tries to write into each mounted place, and to make something in each folder of the image. */
const writable = [
  'awk "{print \\$5}" /proc/self/mountinfo | sort -u > /tmp/mounts',
  'for m in $(cat /tmp/mounts); do if [ -d "$m" ] && touch "$m/.planted" 2>/dev/null; then echo "writable: $m"; rm -f "$m/.planted"; elif [ -f "$m" ] && : 2>/dev/null >>"$m"; then echo "writable: $m"; fi; done',
  'for d in / /bin /etc /usr /usr/bin /usr/lib /var /home /root /opt /lib /sbin; do touch "$d/.planted" 2>/dev/null && echo "writable: $d"; done; true',
];

/** Files through which a container's root could change its node. */
const levers = [
  '/proc/sys/kernel/core_pattern',
  '/proc/sys/kernel/modprobe',
  '/proc/sysrq-trigger',
  '/sys/kernel/uevent_helper',
  '/sys/fs/cgroup/release_agent',
  '/sys/fs/cgroup/memory/memory.limit_in_bytes',
  '/sys/fs/cgroup/memory.max',
  '/sys/fs/cgroup/cgroup.procs',
];

describe.skipIf(reason)('what a job can write is its own', () => {
  it('a job writes its workspace, cache, control volume and scratch space, and nothing else', async () => {
    const result = await cluster().run({ script: writable });
    const found = [...result.readableTrace.matchAll(/^writable: (\S+)$/gm)].map((match) => match[1] ?? '');
    const mine = ['/.gitlab-pod-executor', '/builds', '/cache'];
    expect(found).toEqual(expect.arrayContaining(mine));
    // Of /dev: shared memory and message queues of the pod's own namespace, the terminal, the termination message.
    const scratch = [
      '/tmp',
      '/var/tmp',
      '/dev',
      '/dev/shm',
      '/dev/mqueue',
      '/dev/pts',
      '/dev/termination-log',
    ];
    expect(found.filter((path) => ![...mine, ...scratch].includes(path))).toEqual([]);
  });

  it('a job names no user but its own, and puts no file in place of those that name them', async () => {
    const variables = {
      GIT_STRATEGY: 'none',
      USER: 'root:x:1000:0::/:/bin/sh',
      LOGNAME: 'root',
      HOME: '/builds:/bin/sh',
    };
    const result = await cluster().run({
      variables,
      script: [
        'for f in passwd group; do { rm -f /etc/$f || mv /tmp /etc/$f || ln -sf /builds /etc/$f; } 2>/dev/null && echo "PW""NED: $f"; done; true',
        'while read -r line; do echo "entry: $line"; done </etc/passwd',
      ],
    });
    expect(result.state, result.readableTrace).toBe('success');
    const entries = [...result.readableTrace.matchAll(/^entry: (.*)$/gm)].map((match) => match[1] ?? '');
    expect(entries[0]).toBe('job:x:1000:1000:job:/.gitlab-pod-executor/home:/bin/sh');
    expect(entries.filter((entry) => entry.includes(':1000:'))).toHaveLength(1);
    expect(result.trace).not.toContain('PWNED');
  });

  it('a job pulls no lever of its node', async () => {
    const result = await cluster().run({
      script: [
        `for f in ${levers.join(' ')}; do { [ -e "$f" ] && echo 1 >> "$f" && echo "PW""NED: $f"; } 2>/dev/null || true; done`,
        '(mount -t tmpfs none /mnt && echo "PW""NED: mount") 2>/dev/null || true',
        '(mknod /tmp/sda b 8 0 && echo "PW""NED: mknod") 2>/dev/null || true',
        '(chroot / true && echo "PW""NED: chroot") 2>/dev/null || true',
        'for d in /dev/sda /dev/vda /dev/mem /dev/kmsg; do [ -r $d ] && [ -w $d ] && echo "PW""NED: $d" || true; done',
      ],
    });
    expect(result.trace).not.toContain('PWNED');
    expect(result.state).toBe('success');
  });
});
