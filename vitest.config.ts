import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take a minute or two come first, so that none of them is what the end waits for. */
const order = ['pipelines', 'cluster', 'attack', 'scenarios', 'process', 'doubles', 'browser', 'unit'];

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ project }: TestSpecification): number => order.indexOf(project.name);
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}

const manyStages = ['scenarios', 'pipelines', 'attack', 'cluster'];

/** THROUGH_RESIDENT=1: each of them; 0: none. Unless told, those that start stages again and again are served, and process works alone. */
const through =
  { '1': [...manyStages, 'process'], '0': [] }[process.env['THROUGH_RESIDENT'] ?? ''] ?? manyStages;

/** A resident does the stages of a suite, and must have done some: test/process/through-resident.ts. */
const served = (name: string) =>
  through.includes(name)
    ? {
        globalSetup: ['test/process/through-resident.ts'],
        env: { GITLAB_POD_EXECUTOR_RESIDENT: join(tmpdir(), `resident-of-${name}-${process.pid}`) },
      }
    : {};

const sandboxed = { testTimeout: 60_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    // Most tests wait for processes and pods, and leave a core half idle.
    maxWorkers: 2 * availableParallelism(),
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          // Property tests on a busy machine take their time; none of them measures it.
          testTimeout: 30_000,
          // Nothing here keeps state in a module, and to load each again for every file takes as long as the tests.
          isolate: false,
          // test/cluster/kubernetes mirrors src; what else is in test/cluster needs a cluster.
          exclude: [
            'test/{scenarios,pipelines,process,attack,embedded-cluster,model-runner,browser}/**',
            'test/cluster/{*.ts,!(kubernetes)/**}',
          ],
        },
      },
      {
        test: {
          name: 'doubles',
          include: ['test/{embedded-cluster,model-runner}/**/*.test.ts'],
          ...sandboxed,
        },
      },
      {
        test: {
          name: 'scenarios',
          include: ['test/scenarios/**/*.test.ts'],
          ...sandboxed,
          ...served('scenarios'),
        },
      },
      {
        test: {
          name: 'pipelines',
          include: ['test/pipelines/**/*.test.ts'],
          ...sandboxed,
          ...served('pipelines'),
        },
      },
      {
        test: { name: 'process', include: ['test/process/**/*.test.ts'], ...sandboxed, ...served('process') },
      },
      { test: { name: 'attack', include: ['test/attack/**/*.test.ts'], ...sandboxed, ...served('attack') } },
      { test: { name: 'browser', include: ['test/browser/**/*.test.ts'], ...sandboxed } },
      {
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          exclude: ['test/cluster/kubernetes/**'],
          ...sandboxed,
          ...served('cluster'),
        },
      },
    ],
  },
});
