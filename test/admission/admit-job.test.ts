import { describe, expect, it } from 'vitest';
import { admitJob } from '../../src/admission/admit-job.ts';
import type { RejectionFinding } from '../../src/admission/rejection.ts';
import { readJob } from '../../src/job/read-job.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { samplePolicy } from './sample-policy.ts';

function jobWith(changes: object) {
  return readJob(
    JSON.stringify({
      id: 1,
      job_info: { project_id: 42, project_full_path: 'group/project' },
      git_info: { repo_url: 'https://gitlab.example.org/group/project.git', protected: false },
      ...changes,
    }),
  );
}

function examine(job: object, policy: Partial<Policy> = {}, runnerVersion = '19.4.0') {
  return admitJob({ job: jobWith(job), policy: samplePolicy(policy), runnerVersion });
}

/** Of a job that is admitted. */
function admit(...given: Parameters<typeof examine>) {
  const { admitted, findings, notes } = examine(...given);
  expect(findings).toEqual([]);
  return { admitted: admitted ?? expect.fail(), notes };
}

/** Of a job that is not. */
function findingsOf(...given: Parameters<typeof examine>): readonly RejectionFinding[] {
  const { admitted, findings } = examine(...given);
  expect(admitted).toBeNull();
  return findings;
}

describe('admitJob', () => {
  it('admits an image with what the job asks for it', () => {
    const { admitted, notes } = admit({
      image: {
        name: 'debian:12',
        entrypoint: [''],
        pull_policy: ['if-not-present'],
        executor_opts: { kubernetes: { user: '1000:1001' } },
      },
    });

    expect(notes).toEqual([]);
    expect(admitted.build).toMatchObject({
      image: { name: 'debian:12', canonical: 'docker.io/library/debian:12' },
      pullPolicies: ['if-not-present'],
      entrypoint: [''],
      user: { uid: 1000, gid: 1001, key: 'image:kubernetes:user' },
    });
  });

  it('takes the default image for a job without one', () => {
    expect(admit({}).admitted.build.image.name).toBe('docker-registry.example.org/bookworm');
    expect(admit({ image: { name: '' } }).admitted.build.image.name).toBe(
      'docker-registry.example.org/bookworm',
    );
  });

  it('takes user and pull policy for the default image, too, as far as they are allowed', () => {
    const image = {
      name: ' ',
      pull_policy: ['if-not-present'],
      executor_opts: { docker: { platform: 'linux/arm64' }, kubernetes: { user: '1000:1001' } },
    };
    const { admitted, notes } = admit({ image });

    expect(admitted.build).toMatchObject({
      image: { name: 'docker-registry.example.org/bookworm' },
      pullPolicies: ['if-not-present'],
      user: { uid: 1000, gid: 1001, key: 'image:kubernetes:user' },
    });
    expect(notes).toEqual([expect.stringContaining('image:docker:platform is left out') as string]);
    const findings = findingsOf({ image }, { allowed_users: [2000], allowed_pull_policies: ['always'] });
    expect(findings).toMatchObject([
      { kind: 'pull-policy', image: 'docker-registry.example.org/bookworm', imageKind: 'image' },
      { kind: 'user', image: 'docker-registry.example.org/bookworm', imageKind: 'image' },
    ]);
  });

  it('rejects a job without an image where there is no default', () => {
    const policy = samplePolicy();
    delete (policy as { default_image?: unknown }).default_image;
    for (const job of [jobWith({}), jobWith({ image: { name: '', pull_policy: ['always'] } })]) {
      const { admitted, findings } = admitJob({ job, policy, runnerVersion: '19.4.0' });
      expect(admitted).toBeNull();
      expect(findings).toEqual([{ kind: 'no-image' }]);
    }
  });

  it("follows the runner's version with the helper image", () => {
    expect(admit({}, {}, '19.4.0').admitted.helper.image.tag).toBe('x86_64-v19.4.0');
  });

  it('makes the helper image that of the nodes, and holds the pod to them', () => {
    const { helper } = admitJob({
      job: jobWith({}),
      policy: samplePolicy({}),
      runnerVersion: '19.4.0',
      architectureOf: () => 'arm64',
    }).admitted!;

    expect(helper.image.tag).toBe('arm64-v19.4.0');
    expect(helper.architecture).toBe('arm64');
  });

  it("takes the operator's helper image", () => {
    expect(admit({}, { helper_image: 'mirror.example.org/helper:1' }).admitted.helper.image.name).toBe(
      'mirror.example.org/helper:1',
    );
  });

  it('admits services, their variables expanded', () => {
    const { admitted } = admit({
      variables: [{ key: 'NAME', value: 'app' }],
      services: [
        {
          name: 'postgres:16',
          alias: 'db,database',
          command: ['postgres', '-c', 'fsync=off'],
          variables: [
            { key: 'POSTGRES_DB', value: '$NAME-test' },
            { key: 'RAW', value: '$NAME', raw: true },
          ],
        },
      ],
    });

    expect(admitted.services).toMatchObject([
      {
        image: { name: 'postgres:16' },
        aliases: ['db', 'database'],
        command: ['postgres', '-c', 'fsync=off'],
        variables: [
          { key: 'POSTGRES_DB', value: 'app-test' },
          { key: 'RAW', value: '$NAME' },
        ],
      },
    ]);
  });

  it('leaves out services without a name, says so once, and keeps the places of the others', () => {
    const { admitted, notes } = admit({
      services: [
        { name: '' },
        { name: 'postgres:16' },
        { name: '', alias: 'not_a_host', variables: [{ key: 'A B', value: '' }] },
        { name: 'postgres:17' },
      ],
    });

    expect(admitted.services.map(({ index, image }) => [index, image.name])).toEqual([
      [1, 'postgres:16'],
      [3, 'postgres:17'],
    ]);
    expect(notes).toEqual([
      'services[0], services[2] have no name and are left out: what the author wrote there comes to nothing in this job.',
    ]);
    expect(admit({ services: [{ name: '' }] })).toMatchObject({
      admitted: { services: [], sharedVariables: [] },
      notes: [expect.stringMatching(/^services\[0\] has no name and is left out: /)],
    });
  });

  it('counts services without a name towards no limit, and names the others by their places', () => {
    const nameless = Array.from({ length: 40 }, () => ({ name: '', alias: 'a b c d e f g' }));

    expect(findingsOf({ services: [...nameless, { name: 'evil:1' }] })).toEqual([
      expect.objectContaining({ kind: 'name', key: 'services[40]' }),
    ]);
  });

  it('gives every service the public variables, and only services', () => {
    const variables = [{ key: 'CI', value: 'true', public: true }];

    expect(admit({ variables, services: [{ name: 'postgres:16' }] }).admitted.sharedVariables).toEqual([
      { key: 'CI', value: 'true' },
    ]);
    expect(admit({ variables }).admitted.sharedVariables).toEqual([]);
  });

  it('rejects what grows too long, by its name, beside everything else', () => {
    const findings = findingsOf({
      image: { name: 'evil:1', executor_opts: { kubernetes: { user: '$B$B' } } },
      variables: [
        { key: 'A', value: 'a'.repeat(10_000) },
        { key: 'B', value: '$A'.repeat(12) },
      ],
      services: [
        { name: 'postgres:16', variables: [{ key: 'GROWN', value: '$B'.repeat(3000) }] },
        { name: 'evil:2', variables: [{ key: 'FINE', value: '$A' }] },
      ],
    });

    expect(findings.map((finding) => ('key' in finding ? finding.key : finding.kind))).toEqual([
      'image',
      'image:kubernetes:user',
      'services[0]:variables:GROWN',
      'services[1]',
    ]);
  });

  it('rejects services that are too many or too long, and looks no further into them', () => {
    const one = { name: 'evil:2', alias: 'db' };

    expect(findingsOf({ services: Array.from({ length: 33 }, () => one) })).toEqual([
      expect.objectContaining({ kind: 'too-much', key: 'services', requested: '33 services' }),
    ]);
    expect(findingsOf({ services: [{ name: 'postgres:16', command: ['x'.repeat(200_000)] }] })).toEqual([
      expect.objectContaining({ kind: 'too-much', key: 'services' }),
    ]);
  });

  it('rejects everything that is not allowed at once, whatever it is about', () => {
    const findings = findingsOf(
      {
        image: { name: 'evil:1', pull_policy: ['never'], executor_opts: { kubernetes: { user: 'root' } } },
        services: [
          { name: 'postgres:16', alias: 'my_db' },
          { name: 'evil:2', executor_opts: { kubernetes: { user: 70_000 } } },
        ],
        variables: [{ key: 'GIT_CLONE_PATH', value: '/builds/elsewhere' }],
      },
      { allowed_pull_policies: ['always'] },
    );

    expect(findings.map((finding) => ('key' in finding ? finding.key : finding.kind))).toEqual([
      'image',
      'image:pull_policy',
      'image:kubernetes:user',
      'services[0]:alias',
      'services[1]',
      'services[1]:kubernetes:user',
      'GIT_CLONE_PATH',
    ]);
  });

  it('decides by the project of the job file, whatever variables say', () => {
    const rules = [{ when: { projects: ['trusted/*'] }, allowed_images: [{ pattern: 'kaniko:*' }] }];
    const spoofed = {
      image: { name: 'kaniko:1' },
      variables: [{ key: 'CI_PROJECT_PATH', value: 'trusted/x' }],
    };

    expect(findingsOf(spoofed, { rules })).toHaveLength(1);
    expect(
      admit({ ...spoofed, job_info: { project_id: 1, project_full_path: 'trusted/x' } }, { rules }).admitted
        .build.image.name,
    ).toBe('kaniko:1');
  });

  it('does not take the image of CI_JOB_IMAGE', () => {
    const spoofed = { image: { name: 'evil:1' }, variables: [{ key: 'CI_JOB_IMAGE', value: 'debian:12' }] };

    expect(findingsOf(spoofed)).toHaveLength(1);
  });

  it('notes what it leaves out', () => {
    const { notes } = admit({
      image: { name: 'debian:12', executor_opts: { docker: { platform: 'linux/arm64' } } },
    });

    expect(notes).toEqual(["image:docker:platform is left out: the cluster's nodes decide the platform."]);
  });

  it('ends its notes after ten', () => {
    const service = {
      name: 'postgres:16',
      pull_policy: ['always', 'x'],
      executor_opts: { docker: { platform: 'linux/arm64' } },
      variables: [{ key: `${'K'.repeat(10_000)} 1`, value: '' }],
    };
    const { notes } = admit({ services: Array.from({ length: 32 }, () => service) });

    expect(notes).toHaveLength(11);
    expect(notes.at(-1)).toBe('86 more things of the services are left out.');
    expect(notes.join('').length).toBeLessThan(5000);
  });

  it('notes variables that no container can have, and those that services do not get', () => {
    const { notes } = admit({
      variables: [{ key: 'BIG', value: 'x'.repeat(140_000), public: true }],
      services: [{ name: 'postgres:16', variables: [{ key: 'A B', value: 'x' }] }],
    });

    expect(notes).toEqual([
      'services[0]: no container can have a variable called A B; left out.',
      expect.stringMatching(/^Services do not get BIG: /),
    ]);
  });
});
