// `npm run bench`: what stages cost, side by side and in turn in one run, because machines differ and drift. Never a test.
//   npm run bench -- [--quick] [--only WORD] [--json FILE]
//   KUBECONFIG=… npm run bench       on a real cluster (TEST_NAMESPACE, TEST_BUILD_IMAGE, TEST_HELPER_IMAGE, TEST_LISTEN as for
//                                    test:cluster; TEST_MAX_PODS: how many jobs may run there at once)
// `node test/bench/draw.ts FILE` makes the pictures and tables of the documentation of it.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  type ClusterUnderTest,
  isReal,
  startClusterUnderTest,
  whyNoCluster,
} from '../cluster/cluster-under-test.ts';
import { startTestResident } from '../process/a-resident.ts';
import { factsOf } from './measure/facts.ts';
import { type Growth, growthTable, type Results, type Row, rowTable } from './measure/rows.ts';
import { benchCheck } from './rows/bench-check.ts';
import { benchConfig } from './rows/bench-config.ts';
import { benchIdle } from './rows/bench-idle.ts';
import { benchJobs } from './rows/bench-jobs.ts';
import { benchMemory } from './rows/bench-memory.ts';
import { benchNeighbour } from './rows/bench-neighbour.ts';
import { benchProcessor } from './rows/bench-processor.ts';
import { benchRun } from './rows/bench-run.ts';
import { benchStream } from './rows/bench-stream.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
  },
});

/** A node of a real cluster takes 110 pods. */
const maxPods = Number(process.env['TEST_MAX_PODS'] ?? (isReal ? 60 : 500));
const scale = values.quick
  ? { starts: 5, rounds: 1, jobs: 2, running: [1, 10, 30], atOnce: [10], sizes: [1, 10] }
  : {
      starts: 20,
      rounds: 3,
      jobs: 6,
      running: [1, 10, 100, 200, 500],
      atOnce: [10, 50],
      sizes: [1, 100, 1000],
    };

type Part = Partial<Omit<Results, 'facts'>>;
const alone: Readonly<Record<string, () => Promise<Part>>> = {
  config: async () => ({ rows: await benchConfig(scale.starts) }),
  check: async () => ({ growth: await benchCheck(Math.ceil(scale.starts / 4)) }),
};
const inCluster: Readonly<Record<string, (cluster: ClusterUnderTest, resident: string) => Promise<Part>>> = {
  run: async (cluster, resident) => ({ rows: await benchRun(cluster, resident, scale.starts) }),
  jobs: async (cluster, resident) => ({ rows: await benchJobs(cluster, resident, scale.jobs) }),
  stream: (cluster) => benchStream(cluster, scale),
  neighbour: async (cluster, resident) => ({ rows: await benchNeighbour(cluster, resident, scale.rounds) }),
  processor: (cluster) =>
    benchProcessor(cluster, {
      rounds: scale.rounds * 2,
      counts: scale.atOnce.filter((count) => count <= maxPods),
    }),
  memory: (cluster) =>
    benchMemory(cluster, [...new Set(scale.running.map((count) => Math.min(count, maxPods)))]),
  idle: async (cluster, resident) => ({ rows: await benchIdle(cluster, resident) }),
};

const rows: Row[] = [];
const growth: Growth[] = [];
const reason = (await whyNoCluster()) ?? whyNoKubectl();
const cluster = reason === null ? await startClusterUnderTest() : null;
if (reason) console.error(`What needs a cluster is left out: ${reason}`);
const facts = factsOf(cluster, values.quick ? 'quick' : 'whole');
try {
  for (const [name, measure] of Object.entries(alone)) await take(name, measure);
  if (cluster) await measureCluster(cluster);
} finally {
  await cluster?.stop();
}
const results: Results = { facts, rows, growth };
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
console.log(
  `${Object.entries(facts)
    .map(([name, text]) => `${name}: ${text}`)
    .join('\n')}\n`,
);
console.log(`${rowTable(rows)}\n${growthTable(growth)}`);

async function measureCluster(place: ClusterUnderTest): Promise<void> {
  const resident = await startTestResident();
  try {
    for (const [name, measure] of Object.entries(inCluster))
      await take(name, () => measure(place, resident.directory));
  } finally {
    await resident.stop();
  }
}

/** What fails is said, and the rest is measured all the same. */
async function take(name: string, measure: () => Promise<Part>): Promise<void> {
  if (!name.includes(values.only)) return;
  const started = performance.now();
  try {
    const part = await measure();
    rows.push(...(part.rows ?? []));
    growth.push(...(part.growth ?? []));
  } catch (error) {
    process.exitCode = 1;
    console.error(`${name} could not be measured: ${(error as Error).message}`);
  }
  console.error(`${name}: ${Math.round((performance.now() - started) / 1000)} s`);
}

function whyNoKubectl(): string | null {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'there is no kubectl to compare with';
  }
}
