import { expect, test } from 'vitest';
import { imageToRun } from '../../../src/pod/containers/image-to-run.ts';
import { admittedImage, admittedJob, admittedService, containerOf, podOf, specOf } from '../sample-job.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const imageOf = (name: string) => admittedImage(name).image;

test('an image runs by its canonical name where nothing was resolved', () => {
  expect(imageToRun(imageOf('ruby'), new Map())).toBe('docker.io/library/ruby:latest');
});

test('a resolved image has the digest in place of the tag, for runtimes that take no name with both', () => {
  const image = imageOf('registry.example.org:5000/a/b:1');
  expect(imageToRun(image, new Map([[image.canonical, digest]]))).toBe(
    `registry.example.org:5000/a/b@${digest}`,
  );
});

test('each container of a pod has it, the init containers that run the helper image among them', () => {
  const admitted = admittedJob({ services: [admittedService('postgres:16')] });
  const images = [admitted.build, admitted.helper, ...admitted.services].map(({ image }) => image);
  const pod = podOf({
    admitted,
    mayIgnoreHostUsers: true,
    digests: new Map(images.map(({ canonical }) => [canonical, digest])),
  });
  const { initContainers = [], containers } = specOf(pod);
  expect(initContainers.length).toBeGreaterThan(0);
  for (const container of [...initContainers, ...containers])
    expect(container['image']).toMatch(new RegExp(`^[^:]+@${digest}$`));
  expect(containerOf(pod, 'build')['image']).toBe(`docker.io/library/ruby@${digest}`);
});
