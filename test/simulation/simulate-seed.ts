// One simulation: a few jobs, one cluster, a resident or none, and what strikes them; all of it from one number.
import { seededChance } from '../soak/seeded-chance.ts';
import { findBrokenPromises } from './find-broken-promises.ts';
import { newCluster } from './model-cluster.ts';
import { type Mutation, strikeFor } from './mutations.ts';
import { startResident } from './resident.ts';
import { type RunnerJob, startJob } from './runner.ts';
import { type StrikeName, strikeNames, strikes } from './strikes.ts';
import { installClock, newClock } from './virtual-time.ts';
import { newWeather } from './weather.ts';
import { between, happens, type World } from './world.ts';

export interface Simulated {
  readonly seed: number;
  readonly faults: readonly string[];
  /** What struck, as often as it did. */
  readonly struck: readonly StrikeName[];
  readonly states: readonly RunnerJob['state'][];
  /** Each line with the time in milliseconds. */
  readonly events: readonly string[];
  readonly steps: number;
}

/** Three tries of prepare, a script of 100 s, each connection lost for a minute: what is still there by then hangs. */
const maxMilliseconds = 3600_000;
/** Then everything that was under way has arrived. */
const calmMilliseconds = 90_000;

export async function simulateSeed(seed: number, mutation: Mutation | null = null): Promise<Simulated> {
  const clock = newClock();
  const uninstall = installClock(clock);
  try {
    return await simulate(newWorld(seed, clock, mutation), seed);
  } finally {
    uninstall();
  }
}

function newWorld(
  seed: number,
  clock: World['clock'],
  mutation: Mutation | null,
): World & { readonly events: string[] } {
  const chance = seededChance(seed);
  const events: string[] = [];
  let last = 0;
  const world: World & { readonly events: string[] } = {
    ...{ clock, chance, mutation, events, resident: null },
    // Not by chance: all else goes its way as without them.
    hasWorkspaces: seed % 3 === 0,
    // Where a log waits, whatever is done too early shows.
    weather: { ...newWeather(chance), ...(mutation !== null && { slowReader: 0.5 }) },
    cluster: newCluster(() => world),
    ...{
      plans: new Map(),
      truths: new Map(),
      files: new Map(),
      directories: new Set(['/tmp/runner']),
      processes: new Set(),
      faults: [],
    },
    number: () => ++last,
    tell: (event) => void events.push(`${clock.now().toFixed(1).padStart(9)} ${event}`),
  };
  return world;
}

async function simulate(world: ReturnType<typeof newWorld>, seed: number): Promise<Simulated> {
  const { clock, chance } = world;
  if (happens(world, 0.85)) world.resident = startResident(world);
  const jobs = Array.from({ length: chance.oneOf([1, 1, 1, 2, 3]) }, (_, index) =>
    startJob(world, 1001 + index),
  );
  const struck: StrikeName[] = [];
  const strike = planStrikes(world, jobs, struck);
  const isOver = (): boolean => jobs.every(({ process }) => process.state() === 'dead');
  const isInTime = await clock.run(isOver, maxMilliseconds, strike);
  const faults = isInTime ? [] : [`it is not over after ${clock.now() / 1000} s: ${hanging(jobs)}`];
  await clock.run(
    () => false,
    clock.now() + calmMilliseconds,
    () => undefined,
  );
  faults.push(...findBrokenPromises(world, jobs, new Set(struck)));
  const left = [...world.processes].filter((process) => process.state() !== 'dead');
  if (isInTime) faults.push(...left.map(({ name }) => `${name} is left`));
  if (world.resident?.isServing() && world.resident.running() > 0)
    faults.push('the resident runs a call of nobody');
  return {
    ...{ seed, faults, struck, events: world.events, steps: clock.steps() },
    states: jobs.map(({ state }) => state),
  };
}

function hanging(jobs: readonly RunnerJob[]): string {
  return jobs
    .filter(({ process }) => process.state() !== 'dead')
    .map(({ id, calls }) => `job ${id} in ${calls.at(-1)?.stage} ${calls.at(-1)?.subStage}`)
    .join(', ');
}

/** At events that chance picks beforehand (a whole job has some hundred), and at any time: a script that is silent has few events. */
function planStrikes(world: World, jobs: readonly RunnerJob[], struck: StrikeName[]): () => void {
  const count = world.chance.oneOf([0, 1, 2, 3, 6]);
  const strike = (): void => {
    const name = world.mutation ? strikeFor[world.mutation] : world.chance.oneOf(strikeNames);
    if (!strikes[name](world, jobs)) return;
    struck.push(name);
    world.tell(`>>> ${name}`);
  };
  const isByTime = happens(world, 0.5);
  const range = world.chance.oneOf(isByTime ? [5000, 30_000, 120_000] : [60, 300, 700]) * jobs.length;
  const points = Array.from({ length: count }, () => between(world, 1, range)).sort(
    (one, other) => one - other,
  );
  const now = isByTime ? world.clock.now : world.clock.steps;
  return () => {
    while (points[0] !== undefined && points[0] <= now()) {
      points.shift();
      strike();
    }
  };
}
