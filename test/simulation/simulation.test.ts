import { describe, expect, it, vi } from 'vitest';
import { mutations } from './mutations.ts';
import { simulateSeed } from './simulate-seed.ts';

const seeds = 100;
/** Seconds on a quiet machine. */
vi.setConfig({ testTimeout: 120_000 });
/** The product changes, and with it the seed that shows a fault. */
const enoughSeeds = 500;

describe('whole jobs on virtual time', () => {
  // @promise log: anything is killed, cut or stopped at any await of a whole job, on virtual time — no byte lost or doubled, no script started twice, no false success
  it(`bear what strikes them: ${seeds} seeds, each replayed by test/simulation/simulate.ts`, async () => {
    const broken: string[] = [];
    const seen = { reopened: 0, inSession: 0, alone: 0, workspaces: 0 };
    let inBuild = 0;
    for (let seed = 1; seed <= seeds; seed++) {
      const { faults, events } = await simulateSeed(seed);
      const count = (what: RegExp): number => events.filter((event) => what.test(event)).length;
      seen.inSession += count(/starts in a held session$/);
      inBuild += count(/build: .* starts in a held session$/);
      seen.alone += count(/ starts$/);
      seen.workspaces += count(/ has the workspace /);
      // Of a job's one helper container.
      if (count(/a session is held$/) > 1) seen.reopened += 1;
      if (faults.length > 0) broken.push(`SEED ${seed}: ${faults.join('; ')}\n${events.join('\n')}`);
    }
    expect(broken).toEqual([]);
    // A simulation in which nothing is held would show nothing of it.
    for (const times of Object.values(seen)) expect(times).toBeGreaterThan(seeds / 10);
    // One script a job at most, and only where its containers were asked before their status showed them.
    expect(inBuild).toBeGreaterThan(seeds / 50);
  });

  it('go the same way again from the same seed', async () => {
    const [first, second] = [await simulateSeed(36), await simulateSeed(36)];
    expect(second).toEqual(first);
  });

  it.each(mutations)('show the fault %s of a launcher, a resident or a container', async (mutation) => {
    for (let seed = 1; seed <= enoughSeeds; seed++)
      if ((await simulateSeed(seed, mutation)).faults.length > 0) return;
    expect.unreachable(`${enoughSeeds} seeds do not show it`);
  });
});
