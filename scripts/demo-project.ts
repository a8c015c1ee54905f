// The demo's project as a git repository, its jobs fitted to the place, and the operator's policy.
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import type { JobDefinition } from '../test/model-runner/gitlab/job-definition.ts';
import { readCiJob } from '../test/model-runner/gitlab/read-ci-job.ts';
import type { Place } from './demo-place.ts';
import type { Scene } from './demo-scene.ts';

const root = resolve(import.meta.dirname, '..');
export const executable = join(root, 'dist/gitlab-pod-executor');
/** What the demo's report points at stays here; git ignores it. */
export const keptDirectory = join(root, 'tmp/demo');

export function makeRepository(directory: string): string {
  const repository = join(directory, 'demo-project');
  cpSync(join(root, 'test/demo-project'), repository, { recursive: true });
  const identity = [
    '-c',
    'user.name=Demo',
    '-c',
    'user.email=demo@example.org',
    '-c',
    'commit.gpgsign=false',
  ];
  const git = (...words: readonly string[]) => execFileSync('git', ['-C', repository, ...words]);
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', '.');
  git(...identity, 'commit', '--quiet', '--message', 'Greet rootless pods');
  return repository;
}

const imageJob = 'builds-an-image';

/** The profile as it is shipped, for the demo's one project. */
function imageBuilds(): object {
  const text = readFileSync(join(root, 'config/policies/image-build.yaml'), 'utf8');
  const { profiles } = parse(text) as { readonly profiles: object };
  return { profiles, rules: [{ when: { projects: ['**'] }, profile: 'image-build' }] };
}

/** The images of the place, but for the job whose image is the point. @throws when the place lacks what it needs */
export function readDemoJob(
  name: string,
  { repository, place }: { readonly repository: string; readonly place: Place },
): JobDefinition {
  const job = readCiJob({ repository, ciJob: name });
  if (name === imageJob && place.whyNoImageBuilds !== null) throw new Error(place.whyNoImageBuilds);
  const services = (job.services ?? []).map((service) => {
    const { serviceImage } = place;
    if (typeof serviceImage !== 'string') throw new Error(serviceImage.missing);
    return { ...(typeof service === 'string' ? {} : service), name: serviceImage };
  });
  return { ...job, services, ...(name !== 'rejected' && { image: place.buildImage }) };
}

/** @returns the file. The rejection links to a help page made of this very policy. */
export function writePolicy({ job, directory, gitlab, place }: Scene): string {
  const { kubeconfig, namespace, buildImage, helperImage, serviceImage } = place;
  const policy = {
    cluster: { namespace, kubeconfig },
    ...(helperImage !== null && { helper_image: helperImage }),
    pull_policy: ['if-not-present'],
    allowed_images: [
      { pattern: buildImage, because: 'what the demo builds with' },
      { pattern: 'registry.example.org/team/**', because: 'images of our own' },
    ],
    allowed_services: typeof serviceImage === 'string' ? [serviceImage] : [],
    replacements: [
      { pattern: 'docker.io/someone/**', use: buildImage, because: 'someone does not scan their images' },
    ],
    rejection: {
      message: 'This is the demo: its operator allows very little.',
      contact: 'the person in front of this terminal',
      help_url: `${gitlab.url}/pages/images/index.html`,
    },
    ...(job === imageJob && imageBuilds()),
    ...(!place.provesUserNamespace && { user_namespaces: 'unproven' }),
  };
  const file = join(directory, 'policy.yaml');
  writeFileSync(file, stringify(policy));
  const page = join(directory, 'gitlab/pages/images');
  execFileSync(executable, ['help-page', '--policy', file, '--out', page], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return file;
}
