// What the scripts of a simulation do: silent ones, chatty ones, long and short, good and bad.
import type { ScriptPlan, World } from './world.ts';
import { between, happens } from './world.ts';

/** @returns the script's token, by which the container knows it */
export function planScript(world: World, name: string): string {
  const token = `SIM_${name}`;
  const count = world.chance.oneOf([0, 1, 3, 8, 20]);
  const length = world.chance.oneOf([5, 40, 40, 400, happens(world, 0.25) ? 30_000 : 40]);
  const maxPause = world.chance.oneOf([2, 50, 400, 5000, 40_000]);
  const plan: ScriptPlan = {
    token,
    steps: Array.from({ length: count }, (_, at) => ({
      pause: between(world, 0, maxPause),
      text: `${token} ${at} ${'.'.repeat(between(world, 0, length))}${happens(world, 0.8) ? '\n' : ''}`,
    })),
    exitCode: happens(world, 0.06) ? world.chance.oneOf([1, 2, 42, 250]) : 0,
    ignoresTerm: happens(world, 0.2),
    killsAll: happens(world, 0.01),
  };
  world.plans.set(token, plan);
  return token;
}
