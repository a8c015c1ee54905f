// `node test/simulation/simulate.ts [--seeds N] [--from N] [--mutation NAME] [--events]`: so many simulations, one after the other, and
// what came of them. The exit code is 1 when a promise was broken; its seed replays it.
import { parseArgs } from 'node:util';
import { type Mutation, mutations } from './mutations.ts';
import { simulateSeed } from './simulate-seed.ts';
import { strikeNames } from './strikes.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    mutation: { type: 'string' },
    events: { type: 'boolean', default: false },
  },
});
const from = Number(values.from);
const mutation = mutations.find((name) => name === values.mutation) ?? null;
if (values.mutation !== undefined && mutation === null) throw new Error(`one of ${mutations.join(', ')}`);
process.exit(await simulateAll(mutation));

async function simulateAll(mutation: Mutation | null): Promise<number> {
  const started = performance.now();
  const counts = new Map<string, number>();
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  let broken = 0;
  let steps = 0;
  let jobs = 0;
  for (let seed = from; seed < from + Number(values.seeds); seed++) {
    const result = await simulateSeed(seed, mutation);
    steps += result.steps;
    jobs += result.states.length;
    for (const name of result.struck) count(name);
    for (const state of result.states) count(`job: ${state ?? 'its runner was killed'}`);
    if (values.events) console.log(result.events.join('\n'));
    if (result.faults.length === 0) continue;
    broken += 1;
    console.log(`seed ${seed}: ${result.struck.join(', ')}\n  ${[...new Set(result.faults)].join('\n  ')}`);
  }
  const minutes = (performance.now() - started) / 60_000;
  for (const [what, times] of [...counts].sort()) console.log(`${String(times).padStart(7)}  ${what}`);
  const missing = strikeNames.filter((name) => !counts.has(name));
  console.log(
    `${values.seeds} seeds, ${jobs} jobs, ${steps} events, ${Math.round(jobs / minutes)} jobs a minute; ${broken} seeds with a broken promise`,
  );
  if (missing.length > 0) console.log(`never struck: ${missing.join(', ')}`);
  return broken === 0 ? 0 : 1;
}
