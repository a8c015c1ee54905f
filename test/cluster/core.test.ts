// The core of what we promise, on whatever cluster is at hand: `npm run test:cluster` with KUBECONFIG runs it on a real one.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ClusterUnderTest,
  executable,
  kubeconfigThrough,
  serverAddress,
  skipWithoutMemoryLimits,
  startClusterUnderTest,
  whyNoCluster,
  writePolicy,
} from './cluster-under-test.ts';
import { startCutProxy } from './cut-proxy.ts';
import { kubectl } from './kubectl.ts';
import { makeRepository } from './make-repository.ts';

const reason = await whyNoCluster();
if (reason) console.warn(`SKIPPED: the cluster suite needs a cluster; ${reason}`);

let cluster: ClusterUnderTest;
beforeAll(async () => {
  if (!reason) cluster = await startClusterUnderTest();
});
afterAll(async () => {
  if (!reason) await cluster.stop();
});

const ticks = (count: number, pause: number): string =>
  `for i in $(seq ${count}); do echo "tick $i äöü"; sleep ${pause}; done`;
const ticked = (count: number): string =>
  Array.from({ length: count }, (_, i) => `tick ${i + 1} äöü\n`).join('');

describe.skipIf(reason)('the cluster', () => {
  it('the cluster is ready, as doctor sees it, and enforces Pod Security restricted', (test) => {
    const env = {
      ...process.env,
      KUBECONFIG: '',
      GITLAB_POD_EXECUTOR_POLICY: writePolicy(cluster, cluster.directory),
    };
    const { stdout } = spawnSync(executable, ['doctor', '--json'], { env, encoding: 'utf8' });
    const { checks } = JSON.parse(stdout) as { checks: { check: string; verdict: string; found: string }[] };
    expect(checks.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
    const level = checks.find(({ check }) => check === 'Pod Security')?.found ?? 'nothing';
    if (level.includes('restricted')) return;
    console.warn(
      `SKIPPED: a namespace that enforces restricted; of ${cluster.namespace} doctor says: ${level}`,
    );
    test.skip(level);
  });
});

describe.skipIf(reason)('a job in the cluster', () => {
  it('a job clones, runs as an ordinary user in its own user namespace, and brings artifact and cache back', async () => {
    const result = await cluster.run({
      repository: makeRepository(cluster.directory),
      variables: {},
      script: [
        'id -u',
        'cat /proc/self/uid_map',
        'cat README.md',
        'mkdir -p out cached',
        'echo data > out/a.txt',
        'echo kept > cached/b.txt',
        'git log --oneline | wc -l',
      ],
      after_script: ['echo status $CI_JOB_STATUS'],
      artifacts: [{ name: 'build', paths: ['out/'] }],
      cache: [{ key: 'k', paths: ['cached/'] }],
    });
    expect(result.readableTrace).toContain('Job succeeded');
    expect(result).toMatchObject({ state: 'success', exitCode: null });
    expect(result.readableTrace).toMatch(/^\s+0\s+\d+\s+65536$/m);
    expect(result.readableTrace).toContain('hello from the repository');
    expect(result.readableTrace).toContain('status success');
    expect(result.artifacts).toHaveLength(1);
    expect(result.calls.every(({ exitCode }) => exitCode === 0)).toBe(true);
  });

  it.each([1, 2, 42, 255])("a job reports exit code %d as the script's own, once", async (code) => {
    const result = await cluster.run({ script: [`exit ${code}`], after_script: ['echo still here'] });
    expect(result).toMatchObject({ state: 'failed', failureReason: 'script_failure', exitCode: code });
    expect(result.readableTrace).toContain('still here');
  });

  it('a job with an image outside the allow-list is rejected at once, with no pod', async () => {
    const result = await cluster.run(
      { image: 'docker.io/someone/unknown:latest', script: ['echo never'] },
      {
        policy: {
          allowed_images: ['debian:*'],
          rejection: { help_url: 'https://ci.example.org/images', exit_code: 77 },
        },
      },
    );
    expect(result).toMatchObject({ state: 'failed', failureReason: 'script_failure', exitCode: 77 });
    expect(result.calls.map(({ name }) => name)).toEqual(['config', 'prepare', 'cleanup']);
    expect(result.readableTrace).toContain('https://ci.example.org/images');
  });

  // @promise log: all connections cut by FIN or RST, again and again — log byte-identical, exit code true, script ran once
  it.each(['FIN', 'RST'] as const)(
    'a job loses nothing when all connections are cut by %s, again and again',
    async (how) => {
      const proxy = await startCutProxy(serverAddress(cluster));
      const cutting = setInterval(() => proxy.cut(how), 700);
      try {
        const result = await cluster.run(
          { script: [ticks(60, 0.1), 'exit 7'] },
          { kubeconfig: kubeconfigThrough(cluster, proxy.port) },
        );
        expect(result.readableTrace).toContain(ticked(60));
        expect(result).toMatchObject({ state: 'failed', exitCode: 7, failureReason: 'script_failure' });
      } finally {
        clearInterval(cutting);
        await proxy.close();
      }
    },
  );

  // @promise outage: the API server is away for some seconds, or restarted — followed again when it is back
  it('a job continues after the API server was away, and reports what happened meanwhile', async () => {
    const proxy = await startCutProxy(serverAddress(cluster));
    try {
      const result = await cluster.run(
        { script: [ticks(30, 0.1), 'exit 3'] },
        {
          kubeconfig: kubeconfigThrough(cluster, proxy.port),
          on: [
            {
              trace: /tick 5 /,
              do: () => {
                proxy.refuse(true);
                proxy.cut('RST');
                setTimeout(() => proxy.heal(), 6000);
              },
            },
          ],
        },
      );
      expect(result.readableTrace).toContain(ticked(30));
      expect(result).toMatchObject({ state: 'failed', exitCode: 3 });
    } finally {
      await proxy.close();
    }
  });

  // @promise outage: a connection goes silent, without FIN or RST — noticed by a missed pong, followed again
  it('a job notices a connection that has gone silent', async () => {
    const proxy = await startCutProxy(serverAddress(cluster));
    try {
      const result = await cluster.run(
        { script: [ticks(30, 0.1), 'exit 4'] },
        {
          kubeconfig: kubeconfigThrough(cluster, proxy.port),
          on: [
            {
              trace: /tick 5 /,
              do: () => {
                proxy.silence();
                setTimeout(() => {
                  proxy.cut('RST');
                  proxy.heal();
                }, 9000);
              },
            },
          ],
        },
      );
      expect(result.readableTrace).toContain(ticked(30));
      expect(result).toMatchObject({ state: 'failed', exitCode: 4 });
    } finally {
      await proxy.close();
    }
  });

  // @promise death: the pod is deleted in mid-job — system failure within seconds
  it('a job says so when its pod is deleted in mid-job, and is never green', async () => {
    const id = Date.now();
    const result = await cluster.run(
      { id, script: [ticks(600, 0.1)] },
      {
        on: [
          {
            trace: /tick 3 /,
            do: () =>
              kubectl(cluster, 'delete', 'pod', '-l', `gitlab-pod-executor/job-id=${id}`, '--wait=false'),
          },
        ],
      },
    );
    expect(result).toMatchObject({ state: 'failed', failureReason: 'runner_system_failure' });
    expect(result.readableTrace).toMatch(/was deleted while the job ran/);
  });

  // @promise stop: a cancel, or a script's timeout — everything of the script ends soon after `stop_grace`, its last lines arrive, `after_script` runs alone in the same pod
  it('a cancel stops the script, and after_script runs in the same pod beside nothing', async () => {
    const result = await cluster.run(
      {
        script: ['trap "" TERM', '(setsid sleep 1000) &', ticks(600, 0.1)],
        after_script: [
          'echo after $CI_JOB_STATUS',
          'for p in /proc/[0-9]*/cmdline; do { tr "\\0" " " <$p; } 2>/dev/null || true; echo; done | grep -c "[s]leep 1000" || true',
        ],
      },
      { on: [{ trace: /tick 3 /, do: 'cancel' }] },
    );
    expect(result.state).toBe('canceled');
    expect(result.readableTrace).toContain('after canceled\n');
    expect(result.readableTrace).toMatch(/\n0\n/);
  });

  it('a job reaches a service by its name', async () => {
    const result = await cluster.run({
      image: cluster.busyboxImage,
      services: [
        {
          name: cluster.busyboxImage,
          alias: 'web',
          command: ['sh', '-c', 'echo hello-from-service > /tmp/index.html; httpd -f -p 8080 -h /tmp'],
          variables: { HEALTHCHECK_TCP_PORT: '8080' },
        },
      ],
      script: ['wget -q -O - http://web:8080/index.html'],
    });
    expect(result.readableTrace).toContain('hello-from-service');
    expect(result.state).toBe('success');
  });

  it('a job leaves nothing behind in the cluster', async () => {
    // Cleanup does not wait for the pods' end; their grace is seconds.
    await expect.poll(cluster.leftovers, { timeout: 30_000, interval: 500 }).toBe('');
  });
});

describe.skipIf(reason)('memory', () => {
  const limited = { requests: { memory: '16Mi' }, limits: { memory: '64Mi' } };
  const small = { policy: { resources: { build: limited } } };

  // @promise death: a container is killed for memory; a child alone
  it('a job that runs out of memory says so, and is never green', async () => {
    skipWithoutMemoryLimits(cluster);
    const result = await cluster.run(
      { script: ["(x=$(head -c 300000000 /dev/zero | tr '\\0' x); echo ${#x}) || exit 2"] },
      small,
    );
    expect(result).toMatchObject({ state: 'failed', failureReason: 'script_failure' });
    // Where the kernel kills a whole container (memory.oom.group), the script has no last word.
    expect([2, 137]).toContain(result.exitCode);
    expect(result.readableTrace).toMatch(/ran out of memory \((its memory )?limit (is )?64Mi\)/);
  });
});

describe.skipIf(reason)('cleanup', () => {
  it('cleanup without prepare deletes nothing and succeeds', () => {
    const directory = mkdtempSync(join(cluster.directory, 'cleanup-'));
    const response = join(directory, 'response.json');
    writeFileSync(
      response,
      JSON.stringify({ id: 1, job_info: {}, git_info: { repo_url: 'https://gitlab.example.org/a/b.git' } }),
    );
    const env = {
      ...process.env,
      KUBECONFIG: '',
      TMPDIR: directory,
      JOB_RESPONSE_FILE: response,
      GITLAB_POD_EXECUTOR_POLICY: writePolicy(cluster, directory),
    };
    expect(execFileSync(executable, ['cleanup'], { env, encoding: 'utf8' })).toBe('');
  });
});
