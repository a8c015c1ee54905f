// All that there is in one simulation.
import type { Chance } from '../soak/seeded-chance.ts';
import type { ModelCluster } from './model-cluster.ts';
import type { Mutation } from './mutations.ts';
import type { Resident } from './resident.ts';
import type { SimProcess } from './sim-process.ts';
import type { Clock } from './virtual-time.ts';
import type { Weather } from './weather.ts';

/** What one script will do once it runs. */
export interface ScriptPlan {
  readonly token: string;
  readonly steps: readonly { readonly pause: number; readonly text: string }[];
  readonly exitCode: number;
  /** What it does on TERM: ends, or goes on until KILL. */
  readonly ignoresTerm: boolean;
  /** Its last act is `kill -9 -1`. */
  readonly killsAll: boolean;
}

/** What truly happened, as nobody in the product can see it. */
export interface ScriptTruth {
  starts: number;
  written: Buffer;
  isRunning: boolean;
  /** Of the clock; by itself, or because its container ended. */
  endedAt: number;
  /** It ended by itself with this. */
  exitCode: number | null;
}

export interface World {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly weather: Weather;
  readonly mutation: Mutation | null;
  /** The policy has lasting workspaces: one for all jobs, which are of one project. */
  readonly hasWorkspaces: boolean;
  readonly cluster: ModelCluster;
  readonly plans: Map<string, ScriptPlan>;
  readonly truths: Map<string, ScriptTruth>;
  /** The runner's machine. */
  readonly files: Map<string, string>;
  readonly directories: Set<string>;
  resident: Resident | null;
  /** Everything that is killed and stopped by chance, the resident apart. */
  readonly processes: Set<SimProcess>;
  /** Another one each time. */
  readonly number: () => number;
  readonly tell: (event: string) => void;
  /** A promise that was broken, found at the moment it was. */
  readonly faults: string[];
}

export const happens = (world: Pick<World, 'chance'>, probability: number): boolean =>
  world.chance.below(1_000_000) < probability * 1_000_000;

/** From `least` to below `end`. */
export const between = ({ chance }: Pick<World, 'chance'>, least: number, end: number): number =>
  least + chance.below(Math.max(1, Math.ceil(end - least)));

/** Settles in the process, when it still lives then. */
export function pause(world: World, process: SimProcess, milliseconds: number): Promise<void> {
  return new Promise((resolve) => void world.clock.after(milliseconds, () => process.deliver(resolve)));
}
