// What happens to a simulation from outside, at an event that chance picks: every await of every process is one.
import { buildContainer, helperContainer } from '../../src/layout/container-names.ts';
import { startResident } from './resident.ts';
import type { RunnerJob } from './runner.ts';
import type { SimProcess } from './sim-process.ts';
import { between, happens, type World } from './world.ts';

const maxSilenceMilliseconds = 30_000;

/** @returns false: there was nothing to strike */
type Strike = (world: World, jobs: readonly RunnerJob[]) => boolean;

export const strikes = {
  'resident killed': (world) => onResident(world, ({ process }) => process.end()),
  'resident asked to end': (world) => onResident(world, ({ drain }) => drain()),
  'resident stopped': (world) =>
    onResident(world, ({ process }) => {
      process.stop();
      const milliseconds = between(world, 10, 40_000);
      // Its lock's guard kills one that stands still for long (cmd/resident/lock-directory.ts).
      const isLong = milliseconds > maxSilenceMilliseconds;
      world.clock.after(
        Math.min(milliseconds, maxSilenceMilliseconds),
        isLong ? process.end : process.continue,
      );
    }),
  'launcher killed': (world) => onProcess(world, /^launcher/, (process) => process.end()),
  'launcher stopped': (world) =>
    onProcess(world, /^launcher/, (process) => {
      process.stop();
      world.clock.after(between(world, 10, 20_000), () => process.continue());
    }),
  'pump killed': (world) => onProcess(world, /^pump/, (process) => process.end()),
  'runner killed': (world, jobs) => onJob(world, jobs, ({ process }) => process.end()),
  'job canceled': (world, jobs) => onJob(world, jobs, ({ cancel }) => cancel()),
  'connections reset': (world) => cutAll(world, 'reset'),
  'connections silent': (world) => cutAll(world, 'silent'),
  'false status': (world) => cutAll(world, 'false status'),
  'api away': (world) => {
    world.weather.apiAwayUntil = world.clock.now() + world.chance.oneOf([500, 5000, 30_000, 100_000]);
    return cutAll(world, 'reset') || true;
  },
  'api refuses': (world) => {
    world.weather.refusedWith = world.chance.oneOf([500, 429, 401, 403]);
    world.weather.refusedUntil = world.clock.now() + world.chance.oneOf([500, 5000, 30_000]);
    return true;
  },
  'disk full': (world) => {
    world.weather.diskFullUntil = world.clock.now() + between(world, 1, 5000);
    return true;
  },
  'held session killed': (world) => {
    const helpers = [...world.cluster.pods.values()].map((pod) => pod.container(helperContainer));
    return helpers.filter((helper) => helper?.killHeld()).length > 0;
  },
  'pod deleted': (world) => onPod(world, (pod) => pod.delete()),
  'pod evicted': (world) => onPod(world, (pod) => pod.evict()),
  'node lost': (world) => onPod(world, (pod) => pod.loseNode()),
  'container out of memory': (world) =>
    onPod(world, (pod) =>
      pod.endContainer(world.chance.oneOf([buildContainer, helperContainer]), {
        exitCode: 137,
        reason: 'OOMKilled',
      }),
    ),
} satisfies Record<string, Strike>;

export type StrikeName = keyof typeof strikes;
export const strikeNames = Object.keys(strikes) as [StrikeName, ...StrikeName[]];

function onResident(world: World, act: (resident: NonNullable<World['resident']>) => void): boolean {
  const { resident } = world;
  if (!resident || resident.process.state() === 'dead') return false;
  // A service manager starts another one, sometimes soon, sometimes not at all.
  resident.process.onEnd(() => {
    if (happens(world, 0.7))
      world.clock.after(between(world, 0, 3000), () => revive(world, resident.process));
  });
  act(resident);
  return true;
}

function revive(world: World, former: SimProcess): void {
  if (world.resident?.process === former) world.resident = startResident(world);
}

function onProcess(world: World, name: RegExp, act: (process: SimProcess) => void): boolean {
  const [first, ...rest] = [...world.processes].filter((process) => name.test(process.name));
  if (!first) return false;
  act(world.chance.oneOf([first, ...rest]));
  return true;
}

function onJob(world: World, jobs: readonly RunnerJob[], act: (job: RunnerJob) => void): boolean {
  const [first, ...rest] = jobs.filter(({ process }) => process.state() !== 'dead');
  if (!first) return false;
  act(world.chance.oneOf([first, ...rest]));
  return true;
}

type Pods = World['cluster']['pods'];
type Pod = Pods extends Map<string, infer T> ? T : never;

function onPod({ cluster, chance }: World, act: (pod: Pod) => void): boolean {
  const [first, ...rest] = cluster.pods.values();
  if (!first) return false;
  act(chance.oneOf([first, ...rest]));
  return true;
}

function cutAll({ cluster }: World, how: 'reset' | 'silent' | 'false status'): boolean {
  const all = [...cluster.connections];
  for (const connection of all) connection.cut(how);
  return all.length > 0;
}
