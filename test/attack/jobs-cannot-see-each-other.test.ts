import { describe, expect, it } from 'vitest';
import { kubectl } from '../cluster/kubectl.ts';
import type { JobResult } from '../model-runner/result.ts';
import { attackSuite, ownJobId, podsOf } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('jobs cannot see each other');

/** The spy puts it together at run time, so that its own script does not hold it. */
const canary = 'left-behind-by-the-other-job';

/** Every file that it may read, every environment and command line. */
const search = [
  'c=left-behind; c=$c-by-the-other-job',
  'set +e +o pipefail',
  'grep -rsl -- "$c" /builds /cache /tmp /var/tmp /dev/shm /.gitlab-pod-executor | sed "s/^/found: /"',
  'for p in /proc/[0-9]*; do tr "\\0" "\\n" 2>/dev/null <$p/environ | grep -q -- "$c" && echo "found: environ"; done',
  'for p in /proc/[0-9]*; do tr "\\0\\n" "  " 2>/dev/null <$p/cmdline | grep -q "[s]leep 987" && echo "found: process"; done',
  'set -e -o pipefail',
].join('\n');

describe.skipIf(reason)('jobs cannot see each other', () => {
  it('a job that looks for another one of the same project, at the same time, finds nothing of it', async () => {
    const victim = ownJobId();
    let spy: JobResult | undefined;
    const own = await cluster().run(
      {
        id: victim,
        variables: [
          { key: 'GIT_STRATEGY', value: 'none', public: true },
          { key: 'SECRET', value: canary, public: false },
        ],
        script: [
          'mkdir -p /builds/shared /cache/shared',
          'for d in /builds/shared /cache/shared /tmp /dev/shm /.gitlab-pod-executor/home; do echo "$SECRET" > $d/canary; done',
          'sleep 987 & sleep 0.2',
          // What the spy does finds all of it here, or the spy would prove nothing.
          search,
          'echo planted',
          'i=0; while [ ! -e /builds/over ] && [ $i -lt 600 ]; do i=$((i+1)); sleep 0.1; done; test -e /builds/over',
        ],
      },
      {
        on: [
          {
            trace: /^planted$/m,
            do: async () => {
              spy = await cluster().run({ script: [search, 'echo searched'] });
              const [pod] = podsOf(cluster(), victim);
              kubectl(
                cluster(),
                'exec',
                pod?.metadata.name ?? '',
                '-c',
                'build',
                '--',
                'touch',
                '/builds/over',
              );
            },
          },
        ],
      },
    );
    const found = ({ readableTrace }: JobResult): string[] => readableTrace.match(/^found: .*$/gm) ?? [];
    expect(found(own)).toEqual(
      expect.arrayContaining([
        'found: /builds/shared/canary',
        'found: /cache/shared/canary',
        'found: /tmp/canary',
        'found: /dev/shm/canary',
        'found: /.gitlab-pod-executor/home/canary',
        'found: environ',
        'found: process',
      ]),
    );
    expect(own.state).toBe('success');
    expect(spy?.readableTrace).toMatch(/^searched$/m);
    expect(spy && found(spy)).toEqual([]);
  });

  it('a job whose id another GitLab has given out too is not touched by that one', async () => {
    const id = ownJobId();
    let other: JobResult | undefined;
    const own = await cluster().run(
      {
        id,
        job_info: { instance_uuid: '11111111-1111-4111-8111-111111111111' },
        script: [
          'echo begun',
          'i=0; while [ ! -e /builds/over ] && [ $i -lt 600 ]; do i=$((i+1)); sleep 0.1; done',
        ],
      },
      {
        on: [
          {
            trace: /^begun$/m,
            do: async () => {
              // The other one's pod has the same job id, and may take some moments to go.
              const [pod] = podsOf(cluster(), id);
              other = await cluster().run({
                id,
                job_info: { instance_uuid: '22222222-2222-4222-8222-222222222222' },
                script: ['echo other'],
              });
              kubectl(
                cluster(),
                'exec',
                pod?.metadata.name ?? '',
                '-c',
                'build',
                '--',
                'touch',
                '/builds/over',
              );
            },
          },
        ],
      },
    );
    expect(other?.state).toBe('success');
    expect(own.state).toBe('success');
  });
});
