import { describe, expect, it } from 'vitest';
import type { JobResult } from '../model-runner/result.ts';
import { attackSuite } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('a full disk hurts one job only');

/** A kubelet looks at volumes once a minute (volumeStatsAggPeriod), and evicts some ten seconds later. */
const patience = { timeout: 300_000 };

const fill = (path: string, size: string): string =>
  `fallocate -l ${size} ${path} 2>/dev/null || head -c ${size} /dev/zero > ${path}; sleep 240`;

describe.skipIf(reason)('a full disk hurts one job only', () => {
  // @promise harm: a job fills its control volume — build failure that says so; its neighbour does not notice
  it(
    'a job that fills its control volume learns so, and its neighbour does not notice',
    patience,
    async () => {
      let neighbour: JobResult | undefined;
      const result = await cluster().run(
        // 4 GiB for HOME and 512 MiB to spare belong to the volume besides.
        { script: ['echo begun; sleep 2', fill('/.gitlab-pod-executor/fill', '5G')] },
        {
          policy: { log_limit: '1Mi' },
          on: [
            {
              // A busy node may end the pod before the job says that it has filled the volume.
              trace: /^begun$/m,
              do: async () => {
                neighbour = await cluster().run({
                  script: ['sleep 3', 'echo data > $HOME/file && cat $HOME/file'],
                  after_script: ['echo still here'],
                });
              },
            },
          ],
        },
      );
      expect(result).toMatchObject({ state: 'failed', failureReason: 'script_failure' });
      expect(result.readableTrace).toMatch(/ERROR: .*wrote more to disk/);
      expect(neighbour).toMatchObject({ state: 'success' });
      expect(neighbour?.readableTrace).toMatch(/^still here$/m);
    },
  );

  it('a job that prints without end is stopped at its limit', async () => {
    const result = await cluster().run(
      { script: ['yes "a line of a log that has no end"'] },
      { policy: { log_limit: '1Mi' } },
    );
    expect(result).toMatchObject({ state: 'failed', failureReason: 'script_failure' });
    expect(result.readableTrace).toMatch(/printed more than 1 MiB/);
  });
});
