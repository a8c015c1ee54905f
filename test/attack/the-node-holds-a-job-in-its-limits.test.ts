import { describe, expect, it } from 'vitest';
import type { JobResult } from '../model-runner/result.ts';
import { attackSuite, skipAloud } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('the node holds a job in its limits', {
  real: 'idmapped mounts, seccomp, cgroups',
});

describe.skipIf(reason)('the node holds a job in its limits', () => {
  it("the node mounts a job's volumes idmapped: root in them is nobody on the node", async () => {
    const result = await cluster().run({
      script: ['for p in /builds /cache /.gitlab-pod-executor; do grep " $p " /proc/self/mountinfo; done'],
    });
    const mounts = result.readableTrace.match(/^\d+ \d+ \d+:\d+ .*$/gm) ?? [];
    expect(mounts).toHaveLength(3);
    for (const mount of mounts) expect(mount).toContain('idmapped');
  });

  it("the node filters the job's system calls", async () => {
    const result = await cluster().run({
      script: [
        'grep "^Seccomp:" /proc/self/status',
        '(unshare --user true && echo "PW""NED: unshare") 2>/dev/null || true',
      ],
    });
    expect(result.readableTrace).toMatch(/^Seccomp:\t2$/m);
    expect(result.trace).not.toContain('PWNED');
  });

  it('the node kills what takes too much memory, says so, and leaves the neighbour alone', async () => {
    let neighbour: JobResult | undefined;
    const limits = { cpu: '1', memory: '64Mi' };
    const small = { requests: { cpu: '10m', memory: '16Mi' }, limits };
    const result = await cluster().run(
      { script: ['echo begun', 'sleep 3', "x=$(head -c 300M /dev/zero | tr '\\0' x); echo ${#x}"] },
      {
        policy: { resources: { build: small, helper: { limits: { ...limits, memory: '256Mi' } } } },
        on: [
          {
            trace: /^begun$/m,
            do: async () => {
              neighbour = await cluster().run({ script: ['sleep 5', 'echo unharmed'] });
            },
          },
        ],
      },
    );
    expect(result).toMatchObject({ state: 'failed', failureReason: 'script_failure', exitCode: 137 });
    expect(result.readableTrace).toMatch(
      /killed a process of the build container for memory|ran out of memory/,
    );
    expect(neighbour?.readableTrace).toMatch(/^unharmed$/m);
  });

  it("the node stops a job's fork bomb at a limit", async (test) => {
    // It is set on the pod's control group, which no container sees; and without it the attack would take the node along.
    if (!process.env['TEST_POD_PIDS_LIMIT'])
      skipAloud(test, 'nobody says that the kubelets set podPidsLimit (TEST_POD_PIDS_LIMIT=1)');
    const result = await cluster().run(
      {
        image: cluster().busyboxImage,
        script: ['f() { f | f & }; f; sleep 5; echo survived'],
        after_script: ['echo after'],
      },
      { policy: { timeouts: { ready: '60s', reconnect: '20s', stop_grace: '1s' } } },
    );
    expect(['success', 'failed']).toContain(result.state);
    const { state } = await cluster().run({ script: ['echo unharmed'] });
    expect(state).toBe('success');
  });
});
