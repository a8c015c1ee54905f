// Images and services of a job file that ask for nothing.
import type { JobImage, JobService } from '../../src/job/job.ts';

export const sampleImage: JobImage = {
  name: '',
  entrypoint: null,
  pullPolicies: [],
  kubernetesUser: null,
  dockerUser: null,
  dockerPlatform: null,
};

export const sampleService: JobService = { ...sampleImage, aliases: [], command: null, variables: [] };
