import { describe, expect, it } from 'vitest';
import { admitJob } from '../../src/admission/admit-job.ts';
import { readJob } from '../../src/job/read-job.ts';
import { readPolicy } from '../../src/policy/read-policy.ts';

const profiles = 'profiles: {a: {}, b: {}, c: {}}\n';

interface Asked {
  readonly rules: string;
  readonly requested?: string;
  readonly image?: string;
  readonly project?: string;
  readonly isProtected?: boolean;
  readonly head?: string;
}

function chosen({
  rules,
  requested,
  image = 'debian:12',
  project = 'team/app',
  isProtected = false,
  head = '',
}: Asked) {
  const { policy } = readPolicy({
    text: `cluster: {namespace: ci}\n${head}${profiles}rules:\n${rules}`,
    file: 'policy.yaml',
  });
  const job = readJob(
    JSON.stringify({
      id: 1,
      job_info: { project_id: 42, project_full_path: project },
      git_info: { repo_url: `https://gitlab.example.org/${project}.git`, protected: isProtected },
      image: { name: image },
      variables: requested === undefined ? [] : [{ key: 'POD_PROFILE', value: requested, public: true }],
    }),
  );
  const { profile, findings } = admitJob({ job, policy, runnerVersion: '19.4.0' });
  return { profile, findings };
}

describe('chooseProfile', () => {
  it('takes the first that a rule gives, and says which rule', () => {
    const rules = `
  - {when: {projects: [other/**]}, profile: a}
  - {when: {projects: [team/**], protected_ref: false}, profile: b}
  - {when: {project_ids: [42]}, profile: c}`;

    expect(chosen({ rules }).profile).toEqual({
      name: 'b',
      because: 'rules[1] gives it by project, protection of the ref',
    });
    expect(chosen({ rules, isProtected: true }).profile?.name).toBe('c');
    expect(chosen({ rules: '  - {when: {project_ids: [1]}, profile: a}' }).profile).toBeNull();
  });

  it('lets a job choose among those that its rules give, and no other', () => {
    const rules = `
  - {when: {projects: [team/**]}, profile: a}
  - {when: {project_ids: [42]}, profile: b}
  - {when: {projects: [other/**]}, profile: c}`;

    expect(chosen({ rules, requested: 'b' })).toEqual({
      profile: { name: 'b', because: 'rules[1] gives it by project, and POD_PROFILE asks for it' },
      findings: [],
    });
    expect(chosen({ rules, requested: '' }).profile?.name).toBe('a');
    for (const requested of ['c', 'd', '__proto__', 'A'])
      expect(chosen({ rules, requested })).toMatchObject({
        profile: null,
        findings: [
          {
            kind: 'profile',
            key: 'POD_PROFILE',
            requested: requested,
            instead: 'Write `a`, `b`, or leave it out.',
          },
        ],
      });
  });

  it('tells a job that no rule is for to ask for none', () => {
    const { findings } = chosen({ rules: '  - {when: {project_ids: [1]}, profile: a}', requested: 'a' });
    expect(findings).toMatchObject([{ instead: expect.stringContaining('Take POD_PROFILE out') as string }]);
  });

  it('compares images as the lists do', () => {
    const rules = '  - {when: {images: ["quay.io/buildah/*", "python:*"]}, profile: a}';

    expect(chosen({ rules, image: 'quay.io/buildah/stable' }).profile?.name).toBe('a');
    expect(chosen({ rules, image: 'docker.io/library/python:3' }).profile).toBeNull();
    expect(
      chosen({ rules, image: 'docker.io/library/python:3', head: 'image_matching: canonical\n' }).profile
        ?.name,
    ).toBe('a');
  });

  it('keeps a job that sets what GitLab says of it from being another project', () => {
    const { profile } = chosen({
      rules: '  - {when: {projects: [other/**]}, profile: a}',
      project: 'team/other',
    });
    expect(profile).toBeNull();
  });

  it('shows no more of a requested than a line', () => {
    const { findings } = chosen({
      rules: '  - {when: {project_ids: [1]}, profile: a}',
      requested: `${'x'.repeat(100_000)}\nsection_start`,
    });
    expect(findings).toMatchObject([{ requested: 'x'.repeat(64) }]);
  });
});
