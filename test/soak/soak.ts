// `npm run soak`: many jobs at once, with random cuts, cancels, deletions and kills; every log is compared byte by byte, and nothing
// may be left in the cluster, nor may anybody else's pod be touched. Then what takes long. The end is a table; the exit code is 1 when
// something was not as it must be. The jobs' stages go through a resident, which is killed, ended and stopped at random as well.
// SOAK_JOBS (200), SOAK_AT_ONCE (20), SOAK_SEED (now), SOAK_RESIDENT=no and SOAK_LONG=no change it; KUBECONFIG takes a real cluster.
import { startClusterUnderTest, whyNoCluster } from '../cluster/cluster-under-test.ts';
import {
  leftInTheEnd,
  leftOf,
  makeBystander,
  secretsWithoutPod,
  sweepAfterDeadline,
} from './in-the-cluster.ts';
import { longTrials } from './long-trials.ts';
import { runTrial, type Strike, strikes, type TrialEnd } from './random-trial.ts';
import { seededChance } from './seeded-chance.ts';
import {
  type Footprint,
  findLeftovers,
  footprintOf,
  type StruckResident,
  strikeResident,
} from './struck-resident.ts';

const jobs = Number(process.env['SOAK_JOBS'] ?? 200);
const atOnce = Number(process.env['SOAK_AT_ONCE'] ?? 20);
const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 1e6);
const withResident = process.env['SOAK_RESIDENT'] !== 'no';
const withLongTrials = process.env['SOAK_LONG'] !== 'no';
/** Cuts alone are what every log must bear. */
const mix: readonly [Strike, ...Strike[]] = ['cuts only', 'cuts only', 'cuts only', ...strikes];
const progressEvery = 10;
const rounds = 3;
/** What a garbage collector may leave for later. */
const maxGrowth = 1.3;

const reason = await whyNoCluster();
if (reason) throw new Error(`The soak needs a cluster: ${reason}`);
const cluster = await startClusterUnderTest();
const started = performance.now();
const faults: string[] = [];
const rows = new Map<string, { tried: number; good: number }>();
const firstId = Math.floor(Date.now() / 1000) * 1000;
try {
  const bystander = makeBystander(cluster);
  const resident = withResident ? await serveStruck() : null;
  await runRandomTrials();
  if (resident) await checkResident(resident);
  if (withLongTrials) await runLongTrials();
  // @promise leftovers: executor and runner are killed at any point
  record("anybody else's pod is left alone", bystander.isThere() ? null : 'it is gone');
  bystander.remove();
} finally {
  await cluster.stop();
}
printTable();
process.exit(faults.length === 0 ? 0 : 1);

async function runRandomTrials(): Promise<void> {
  tell(`${jobs} jobs, ${atOnce} at once, seed ${seed}`);
  const chance = seededChance(seed);
  const trials = Array.from({ length: jobs }, (_, index) => ({
    id: firstId + index,
    strike: chance.oneOf(mix),
    chance: seededChance(chance.below(1e9)),
  }));
  const waiting = [...trials];
  const forSweep: number[] = [];
  const work = async (): Promise<void> => {
    for (let trial = waiting.pop(); trial; trial = waiting.pop()) {
      const { fault, isForSweep } = await runTrial({ cluster, ...trial }).catch(crashed);
      record(trial.strike, fault);
      if (isForSweep) forSweep.push(trial.id);
      const done = [...rows.values()].reduce((sum, { tried }) => sum + tried, 0);
      if (done % progressEvery === 0) tell(`${done} of ${jobs} jobs, ${faults.length} faults`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));

  const others = trials.map(({ id }) => id).filter((id) => !forSweep.includes(id));
  // @promise leftovers: many jobs at once with random cuts, cancels, deletions and kills — every log whole, nothing left
  record('nothing is left after cleanup', (await leftInTheEnd(cluster, others)) || null);
  const left = leftOf(cluster, forSweep).split('\n').filter(Boolean);
  const forLater = forSweep.length > 0 ? secretsWithoutPod(cluster, forSweep) : [];
  tell(`${left.length} pods and secrets of ${forSweep.length} jobs are left for sweep`);
  tell(`${forLater.length} secrets, whose pod never came, are for a later sweep`);
  sweepAfterDeadline(cluster, forSweep);
  // @promise leftovers: many jobs at once with random cuts, cancels, deletions and kills
  record('nothing is left after sweep', (await leftInTheEnd(cluster, forSweep, forLater)) || null);
}

async function serveStruck(): Promise<StruckResident> {
  const resident = await strikeResident(seededChance(seed + 1));
  process.env['GITLAB_POD_EXECUTOR_RESIDENT'] = resident.directory;
  return resident;
}

/** Descriptors and memory are compared between two equal rounds of jobs, after one to grow warm. */
async function checkResident(struck: StruckResident): Promise<void> {
  const resident = await struck.calm();
  tell(`the resident got ${[...struck.counts].map(([kind, count]) => `${count} ${kind}`).join(', ')}`);
  // @promise leftovers: the resident is killed, ended or stopped at any point of many jobs — every log whole, no claim and no process left
  record('nothing is left of calls', await findLeftovers(resident));
  const prints: Footprint[] = [];
  for (let round = 0; round < rounds; round++) {
    await runRound(firstId + jobs + 100 + round * atOnce);
    record('nothing is left of calls', await findLeftovers(resident));
    prints.push(footprintOf(resident));
  }
  tell(`the resident after each round: ${prints.map((each) => JSON.stringify(each)).join(' ')}`);
  const [, before, after] = prints;
  const isFlat =
    before &&
    after &&
    after.descriptors <= before.descriptors &&
    after.megabytes <= before.megabytes * maxGrowth;
  record('descriptors and memory of the resident stay', isFlat ? null : JSON.stringify(prints));
  await resident.stop();
  delete process.env['GITLAB_POD_EXECUTOR_RESIDENT'];
}

async function runRound(first: number): Promise<void> {
  const ends = Array.from({ length: atOnce }, (_, index) =>
    runTrial({ cluster, strike: 'cuts only', id: first + index, chance: seededChance(first + index) }),
  );
  for (const { fault } of await Promise.all(ends)) record('cuts only', fault);
}

function crashed(error: unknown): TrialEnd {
  return { fault: String(error), isForSweep: true };
}

/** One after the other: two of them measure. */
async function runLongTrials(): Promise<void> {
  for (const [index, { name, run }] of longTrials.entries()) {
    tell(name);
    record(name, await run(cluster, firstId + jobs + index).catch(String));
  }
  const ids = longTrials.map((_, index) => firstId + jobs + index);
  record('nothing is left after the long trials', (await leftInTheEnd(cluster, ids)) || null);
}

function record(row: string, fault: string | null): void {
  const { tried, good } = rows.get(row) ?? { tried: 0, good: 0 };
  rows.set(row, { tried: tried + 1, good: good + (fault === null ? 1 : 0) });
  if (fault === null) return;
  faults.push(row);
  console.error(`soak: FAULT in "${row}": ${fault}`);
}

function tell(words: string): void {
  console.log(`soak: ${Math.round((performance.now() - started) / 1000)} s: ${words}`);
}

function printTable(): void {
  const width = Math.max(...[...rows.keys()].map((name) => name.length));
  for (const [name, { tried, good }] of rows)
    console.log(`${name.padEnd(width)}  ${good} of ${tried}${good === tried ? '' : '  FAULT'}`);
  const verdict =
    faults.length === 0 ? 'every log whole, every result true, nothing left' : `${faults.length} faults`;
  tell(`${verdict} (seed ${seed})`);
}
