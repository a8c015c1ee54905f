// Every folder here is a pipeline as people write them: run for real, its logs compared line by line. README.md tells the format.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  type ClusterUnderTest,
  isReal,
  startClusterUnderTest,
  whyNoCluster,
} from '../cluster/cluster-under-test.ts';
import { type GalleryPipeline, readGallery, successful } from './gallery.ts';
import { findProgram, officialImages } from './official-images.ts';
import { runGalleryPipeline } from './run-gallery-pipeline.ts';

const reason = await whyNoCluster();
if (reason) console.warn(`SKIPPED: the gallery of pipelines needs a cluster; ${reason}`);

let started: ClusterUnderTest | undefined;
beforeAll(async () => {
  if (!reason) started = await startClusterUnderTest({ imageVariants: officialImages });
});
afterAll(async () => started?.stop());
const running = (): ClusterUnderTest => {
  if (!started) throw new Error('The cluster is not started yet.');
  return started;
};

/** A real cluster's images bring their own. */
const missingOf = ({ needs }: GalleryPipeline): readonly string[] =>
  isReal ? [] : needs.filter((program) => findProgram(program) === null);

/** Several pipelines at once, on a machine that has other things to do. */
const timeoutMs = 300_000;

describe.skipIf(reason).concurrent('pipelines', () => {
  it.for(readGallery())('$name: $shows', { timeout: timeoutMs }, async (pipeline, { expect, skip }) => {
    if (isReal && !pipeline.published && !process.env['TEST_OWN_IMAGES'])
      skip('no registry has its image: set TEST_OWN_IMAGES once the cluster has it');
    const missing = missingOf(pipeline);
    if (missing.length > 0) {
      console.warn(
        `SKIPPED: the pipeline ${pipeline.name} needs ${missing.join(', ')} in this machine's /usr`,
      );
      skip(`no ${missing.join(', ')} here`);
    }
    const directory = join(running().directory, pipeline.name);
    mkdirSync(directory);

    const jobs = await runGalleryPipeline(running(), pipeline, directory);

    for (const { name, log } of jobs)
      await expect(log, `${pipeline.name}/${name}`).toMatchFileSnapshot(
        join(pipeline.folder, 'expected', fileOf(name)),
      );
    expect(jobs.map(({ name, end }) => ({ name, ...end }))).toEqual(
      jobs.map(({ name }) => ({ name, ...successful, ...pipeline.ends[name] })),
    );
    expect(readdirSync(join(pipeline.folder, 'expected')).toSorted()).toEqual(
      jobs.map(({ name }) => fileOf(name)).toSorted(),
    );
    rmSync(directory, { recursive: true });
  });
});

const fileOf = (job: string): string => `${job.replaceAll(/[^\w.-]+/g, '-').replace(/-$/, '')}.log`;
