import { describe, expect, it } from 'vitest';
import type { Cluster, Pod } from '../../../src/cluster/cluster.ts';
import { explainKills } from '../../../src/stage/run/explain-kills.ts';
import { sampleState } from '../attempt-fixture.ts';
import { fakeCluster } from '../fake-cluster.ts';
import { fakeIo } from '../fake-io.ts';

const pod: Pod = {
  metadata: { name: 'job-1001-abcdefgh', uid: 'uid-1' },
  spec: { containers: [{ name: 'build', resources: { limits: { memory: '4Gi' } } }, { name: 'helper' }] },
};

async function explain({
  exitCode = 2,
  oomKills = 1,
  container = 'build',
  ...answers
}: Partial<Cluster> & { exitCode?: number; oomKills?: number; container?: 'build' | 'helper' } = {}) {
  const io = fakeIo();
  const cluster = fakeCluster({ getPod: () => Promise.resolve(pod), ...answers });
  await explainKills({ io, cluster, state: sampleState, container, exitCode, oomKills });
  return { lines: io.lines(), logged: io.messages(), cluster };
}

const advice = (key: string): string =>
  `Let the job use less memory (fewer parallel processes, smaller heaps), or ask the runner's operator for a higher limit; KUBERNETES_MEMORY_LIMIT raises it only where the runner's policy leaves it to jobs (\`job_may_set\`). Operators: the limit is \`${key}\` of the policy.`;
const ofBuild = advice('resources.build.limits.memory');

describe('explainKills', () => {
  it.each([0, 1, 9, 128, 136, 138, 143, 255])(
    'asks and says nothing of exit code %d when nothing was killed',
    async (exitCode) => {
      const { lines, cluster } = await explain({ exitCode, oomKills: 0 });
      expect([lines, cluster.calls]).toEqual([[], []]);
    },
  );

  // @promise death: a container is killed for memory; a child alone
  it.each([1, 2, 128, 137])(
    'names memory and the limit, whatever code the script ends with: %d',
    async (exitCode) => {
      const { lines, logged } = await explain({ exitCode });
      expect(lines).toEqual([
        `WARNING: The container build ran out of memory (its memory limit is 4Gi): the kernel killed a process, and the script ended with exit code ${exitCode}. ${ofBuild}`,
      ]);
      expect(logged).toMatch(/^\u001b\[33;1m/);
    },
  );

  // @promise death: a child of a script that succeeds is killed for memory — success, with one yellow line
  it('says it of a script that went on', async () => {
    expect((await explain({ exitCode: 0, oomKills: 3 })).lines).toEqual([
      `WARNING: The container build ran out of memory (its memory limit is 4Gi): the kernel killed 3 processes, and the script went on to exit code 0. ${ofBuild}`,
    ]);
  });

  it('names what exit code 137 mostly is when the kernel counted nothing', async () => {
    expect((await explain({ exitCode: 137, oomKills: 0 })).lines).toEqual([
      `Exit code 137: a process of the build container was killed (signal 9), most often for memory (its memory limit is 4Gi), or by the script itself. ${ofBuild}`,
    ]);
  });

  it('claims nothing about the limit when the pod cannot be asked', async () => {
    const { lines } = await explain({ getPod: () => Promise.reject(new Error('no answer')) });
    expect(lines[0]).toContain('ran out of memory: the kernel');
  });

  it('names a container without a limit of its own, and its key', async () => {
    const { lines } = await explain({ container: 'helper', exitCode: 128 });
    expect(lines[0]).toContain('helper ran out of memory (it has no memory limit of its own): ');
    expect(lines[0]).toContain(advice('resources.helper.limits.memory'));
  });
});
