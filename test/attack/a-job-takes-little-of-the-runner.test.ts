// Several jobs begin at once on the machine that everybody's jobs begin on: what one of them may have of it has an end.
import { describe, expect, it } from 'vitest';
import { BuildFailure } from '../../src/outcome/build-failure.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import { clusterSuite } from '../process/on-cluster.ts';
import { clusterOf, start } from '../stage/prepare-fixture.ts';
import { createRandom, jobOf, mutate, randomShape, type Shape } from './growing-job.ts';

/** For hours by hand: GROWTH_SEED=7 GROWTH_ROUNDS=200000 vitest run --project attack --testTimeout=10000000 a-job-takes. */
const rounds = Number(process.env['GROWTH_ROUNDS'] ?? 150);
const seed = Number(process.env['GROWTH_SEED'] ?? 5);

/** What prepare may make of any job file of 1 MiB, in bytes. */
const bounds = {
  /** Twenty findings, the operator's words and links. */
  told: 64 * 1024,
  /** etcd takes 1.5 MiB. */
  pod: 1.5 * 1024 * 1024,
  /** Of services, together: a Secret holds 1 MiB, which base64 makes a third longer. */
  secrets: 2 * 1024 * 1024,
  /** The job's credentials for registries: base64 of base64. */
  credentials: 4 * 1024 * 1024,
};

type Measured = keyof typeof bounds;
const measured = Object.keys(bounds) as Measured[];

type Sizes = Record<Measured, number>;

const policy = {
  allowed_images: [{ pattern: 'ruby:*' }],
  allowed_services: [{ pattern: 'ruby:*' }],
  rejection: { exit_code: 1, message: 'Not here: {image}', help_url: 'https://example.org/#{image}' },
};

/** Of everything that the stage tells and sends. @throws what no stage may end with */
async function sizesOf(job: object): Promise<Sizes> {
  const cluster = clusterOf();
  const { done, io } = start({ changes: job, cluster, policy });
  const end = await done.then(
    () => null,
    (error: unknown) => {
      if (error instanceof BuildFailure || error instanceof SystemFailure) return error;
      throw error;
    },
  );
  const size = (manifests: readonly object[]): number =>
    manifests.reduce((sum, manifest) => sum + Buffer.byteLength(JSON.stringify(manifest)), 0);
  const secrets = cluster.of('createSecret').map(([manifest]) => manifest);
  const isOfServices = ({ metadata }: (typeof secrets)[number]): boolean =>
    (metadata as { name: string }).name.includes('-services');
  return {
    told: Buffer.byteLength(io.messages()) + (end?.message.length ?? 0),
    pod: size(cluster.of('createPod').map(([manifest]) => manifest)),
    secrets: size(secrets.filter(isOfServices)),
    credentials: size(secrets.filter((secret) => !isOfServices(secret))),
  };
}

const share = (sizes: Sizes, of: Measured): number => sizes[of] / bounds[of];
const scoreOf = (sizes: Sizes): number => measured.reduce((sum, of) => sum + share(sizes, of), 0);

describe('whatever a job file of 1 MiB says', () => {
  // Some seconds of processor time, which a busy machine takes its time to give.
  it('prepare logs little, and makes no object that a cluster would not take', {
    timeout: 240_000,
  }, async () => {
    const random = createRandom(seed);
    let best: { readonly shape: Shape; readonly score: number }[] = [];
    const most: Sizes = { told: 0, pod: 0, secrets: 0, credentials: 0 };
    const slowest = { milliseconds: 0, shape: '' };
    for (let round = 0; round < rounds; round += 1) {
      const parent = best[Math.floor(random() * best.length)];
      const shape = parent && random() < 0.7 ? mutate(parent.shape, random) : randomShape(random);
      const job = jobOf(shape);
      const started = performance.now();
      const sizes = await sizesOf(job);
      const milliseconds = performance.now() - started;
      if (milliseconds > slowest.milliseconds)
        Object.assign(slowest, { milliseconds, shape: JSON.stringify(shape) });

      for (const of of measured) {
        most[of] = Math.max(most[of], sizes[of]);
        expect(sizes[of], `${of} of ${JSON.stringify(shape)}`).toBeLessThanOrEqual(bounds[of]);
      }
      best = [...best, { shape, score: scoreOf(sizes) }].sort((a, b) => b.score - a.score).slice(0, 12);
    }
    // Nothing would be shown by jobs that come to nothing.
    expect(share(most, 'pod')).toBeGreaterThan(0.05);
    expect(share(most, 'secrets')).toBeGreaterThan(0.05);
    if (rounds > 1000) console.log(`after ${rounds} rounds from ${seed}:`, most, slowest);
  });
});

const suite = await clusterSuite('a job takes little of the runner: the real executable');

/** Node itself and the executor take some 40 MiB of it. */
const heapMebibytes = 96;

describe.skipIf(suite.reason)('a hostile job file', () => {
  const variable = (key: string, value: string) => ({ key, value, public: true });
  const c = variable('C', 'c'.repeat(10_000));
  const b = variable('B', '$C'.repeat(12));
  const service = (changes: object = {}) => ({
    name: suite.cluster().busyboxImage,
    command: ['sleep', '60'],
    ...changes,
  });

  it.each<[string, 'success' | 'rejected', () => object]>([
    [
      'variables of 22 KB that make 72 MB each',
      'success',
      () => ({
        variables: [c, b, ...[0, 1].map((index) => variable(`A${index}`, '$B'.repeat(3000)))],
        services: [service()],
      }),
    ],
    [
      'a variable that makes more than a string can hold',
      'success',
      () => ({ variables: [c, b, variable('A', '$B'.repeat(5000))], services: [service()] }),
    ],
    [
      'variables that make nothing, often',
      'success',
      () => ({
        variables: [
          variable('C', ''),
          variable('B', '$C'.repeat(60_000)),
          variable('A', '$B'.repeat(60_000)),
        ],
        services: [service()],
      }),
    ],
    [
      'variables of a service that make 360 MB each',
      'rejected',
      () => ({
        variables: [c, b],
        services: [service({ variables: [0, 1].map((index) => variable(`A${index}`, '$B'.repeat(3000))) })],
      }),
    ],
    [
      'a user that makes 600 MB',
      'rejected',
      () => ({
        image: {
          name: suite.cluster().buildImage,
          executor_opts: { kubernetes: { user: '$B'.repeat(5000) } },
        },
        variables: [c, b],
      }),
    ],
    [
      '60,000 aliases',
      'rejected',
      () => ({
        services: [service({ alias: Array.from({ length: 60_000 }, (_, i) => `a_${i}`).join(' ') })],
      }),
    ],
    ['5,000 services', 'rejected', () => ({ services: Array.from({ length: 5000 }, () => service()) })],
    [
      '20,000 variables of a service',
      'rejected',
      () => ({
        services: [service({ variables: Array.from({ length: 20_000 }, (_, i) => variable(`V${i}`, 'x')) })],
      }),
    ],
  ])('a job file with %s is handled in a small heap', async (_, expected, changes) => {
    const attempt = suite.attempt({
      job: changes() as Record<string, unknown>,
      env: { NODE_OPTIONS: `--max-old-space-size=${heapMebibytes}` },
    });
    const { exitCode, stderr } = await attempt.call('prepare');
    await attempt.call('cleanup');

    expect({ exitCode, said: stderr.slice(0, 2000) }).toMatchObject({
      exitCode: expected === 'success' ? 0 : 111,
    });
    expect(stderr.length).toBeLessThan(bounds.told);
  });
});
