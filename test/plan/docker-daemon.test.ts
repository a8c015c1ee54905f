import { describe, expect, it } from 'vitest';
import { admitJob } from '../../src/admission/admit-job.ts';
import type { Job } from '../../src/job/job.ts';
import { describeDockerDaemon } from '../../src/plan/docker-daemon.ts';
import { sampleJob, samplePolicy } from '../pod/sample-job.ts';
import { sampleImage, sampleService } from '../pod/sample-service.ts';

function describeIt(changes: Partial<Job>): string | null {
  const { admitted } = admitJob({
    job: { ...sampleJob, services: [], image: { ...sampleImage, name: 'ruby' }, ...changes },
    policy: samplePolicy,
    runnerVersion: '19.4.0',
  });
  if (admitted === null) throw new Error('The job is not admitted.');
  return describeDockerDaemon(admitted);
}

const set = (key: string, value: string): Partial<Job> => ({
  variables: [{ key, value, isFile: false, isPublic: true, isMasked: false, isRaw: false }],
});

describe('describeDockerDaemon', () => {
  it.each([
    ['the image `docker`', { image: { ...sampleImage, name: 'docker:27-cli' } }],
    ['the image `docker`', { image: { ...sampleImage, name: 'mirror.example.org/library/docker:27' } }],
    ['`DOCKER_HOST`', set('DOCKER_HOST', 'tcp://docker:2375')],
    ['`DOCKER_HOST`', set('DOCKER_HOST', 'tcp://localhost:2375')],
    ['`DOCKER_HOST`', set('DOCKER_HOST', 'unix:///var/run/docker.sock')],
    ['`TESTCONTAINERS_…`', set('TESTCONTAINERS_RYUK_DISABLED', 'true')],
  ])('there is none for %s', (clue, changes) => {
    expect(describeIt(changes)).toContain(`There is no Docker daemon for ${clue}: `);
  });

  it.each<[string, Partial<Job>]>([
    ['a daemon somewhere else', set('DOCKER_HOST', 'tcp://builds.example.org:2376')],
    [
      'the image `docker` with a daemon somewhere else',
      {
        ...set('DOCKER_HOST', 'ssh://ci@builds.example.org'),
        image: { ...sampleImage, name: 'docker:27-cli' },
      },
    ],
    ['another image', { image: { ...sampleImage, name: 'team/docker' } }],
    [
      'a service that answers to the name',
      { ...set('DOCKER_HOST', 'tcp://docker:2375'), services: [{ ...sampleService, name: 'docker:dind' }] },
    ],
  ])('there is nothing to say about %s', (_, changes) => {
    expect(describeIt(changes)).toBeNull();
  });
});
