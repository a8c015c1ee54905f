import { describe, expect, it } from 'vitest';
import type { Cluster, ExecResult, Pod } from '../../../src/cluster/cluster.ts';
import { countOomKills } from '../../../src/in-container/commands.ts';
import { hintAt137 } from '../../../src/stage/run/hint-at-137.ts';
import { sampleState } from '../attempt-fixture.ts';
import { answering, fakeCluster } from '../fake-cluster.ts';
import { fakeIo } from '../fake-io.ts';

const pod: Pod = {
  metadata: { name: 'job-1001-abcdefgh', uid: 'uid-1' },
  spec: { containers: [{ name: 'build', resources: { limits: { memory: '4Gi' } } }, { name: 'helper' }] },
};
// As the kernel writes them, in cgroup v2 and v1.
const v2 = (kills: number) => `low 0\nhigh 0\nmax 121\noom 3\noom_kill ${kills}\noom_group_kill 0\n`;
const v1 = (kills: number) => `oom_kill_disable 0\nunder_oom 0\noom_kill ${kills}\n`;
const lost: ExecResult = { kind: 'lost', message: 'gone' };

async function hint(
  counters: string,
  {
    code = 137,
    container = 'build',
    ...answers
  }: Partial<Cluster> & { code?: number; container?: 'build' | 'helper' } = {},
) {
  const io = fakeIo();
  const cluster = fakeCluster({ exec: answering(counters), getPod: () => Promise.resolve(pod), ...answers });
  await hintAt137({ io, cluster, state: sampleState, container, code });
  return { lines: io.lines(), told: io.messages(), cluster };
}

const killedByKernel =
  "Exit code 137: the kernel killed a process of the build container for memory (its memory limit is 4Gi). Use less memory, or ask the runner's operator for a higher limit.";
const killedSomehow =
  'Exit code 137: a process of the build container was killed (signal 9), most often for memory (its memory limit is 4Gi), or by the script itself.';

describe('hintAt137', () => {
  it.each([0, 1, 9, 136, 138, 143, 255])('asks nothing and says nothing of exit code %d', async (code) => {
    const { lines, cluster } = await hint(v2(1), { code });
    expect([lines, cluster.calls]).toEqual([[], []]);
  });

  it.each([
    ['cgroup v2', v2(1)],
    ['cgroup v1', v1(2)],
  ])('blames memory when the kernel counted a kill (%s)', async (_, counters) => {
    const { lines, told } = await hint(counters);
    expect(lines).toEqual([killedByKernel]);
    expect(told).toMatch(/^\u001b\[33;1m/);
  });

  it.each([
    ['the kernel counted none', v2(0)],
    ['there are no counters', ''],
    ['the job wrote nonsense over them', 'oom_kill all\noom_kill -1\noom_kill 12345678901\n\u001b[2J'],
  ])('names what it mostly is when %s', async (_, counters) => {
    expect((await hint(counters)).lines).toEqual([killedSomehow]);
  });

  it('says what it knows when the container cannot be asked', async () => {
    expect((await hint('', { exec: answering('', { end: lost }) })).lines).toEqual([killedSomehow]);
  });

  it('claims nothing about the limit when the pod cannot be asked', async () => {
    const { lines } = await hint(v2(1), { getPod: () => Promise.reject(new Error('no answer')) });
    expect(lines[0]).toContain('for memory. Use less');
  });

  it('names a container without a limit of its own', async () => {
    const { lines, cluster } = await hint(v2(1), { container: 'helper' });
    expect(lines[0]).toContain('of the helper container for memory (it has no memory limit of its own).');
    expect(cluster.of('exec')[0]?.[0]).toMatchObject({
      container: 'helper',
      command: countOomKills('/usr/bin/sh'),
    });
  });
});
