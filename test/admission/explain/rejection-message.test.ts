import { describe, expect, it } from 'vitest';
import { admitJob } from '../../../src/admission/admit-job.ts';
import { formatRejection } from '../../../src/admission/explain/rejection-message.ts';
import { Rejection } from '../../../src/admission/rejection.ts';
import { readJob } from '../../../src/job/read-job.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { samplePolicy } from '../sample-policy.ts';

function messageFor(changes: object, policyChanges: Partial<Policy> = {}): string {
  const job = readJob(
    JSON.stringify({
      id: 1,
      job_info: { name: 'test', project_id: 42, project_full_path: 'group/project' },
      git_info: { repo_url: 'https://gitlab.example.org/group/project.git' },
      ...changes,
    }),
  );
  const policy = samplePolicy({ hash: 'c0ffee123456', ...policyChanges });
  const { findings } = admitJob({ job, policy, runnerVersion: '19.4.0' });
  expect(findings).not.toEqual([]);
  return formatRejection({
    rejection: new Rejection(findings, 1),
    policy,
    job,
    nonce: 'k7m2qx4d',
    now: new Date('2026-11-21T02:00:00Z'),
  });
}

/** As `cat -v` shows it, so that each escape is seen. */
const visible = (text: string) => text.replaceAll('\u001b', '^[').replaceAll('\r', '^M');

describe('formatRejection', () => {
  it('tells an author who knows nothing of all this what to do', () => {
    expect(visible(messageFor({ image: { name: 'node:20' } }))).toMatchInlineSnapshot(`
      "^[[31;1mERROR: This runner does not allow the image "node:20".^[[0;m

        image: node:20
          Understood as: docker.io/library/node:20
          Why:           This runner offers \`docker-registry.example.org/node20\` in place of \`node:*\`: Ours gets security updates every Monday.
          Instead:       Use \`docker-registry.example.org/node20\` instead.

      ^[[33;1mThis limit is deliberate. Running the job again will not change it; changing .gitlab-ci.yml will.^[[0;m

      Images are limited on purpose.
      Special needs of group/project are welcome.

      Help:    https://ci.example.org/images/#image=node:20&kind=image&policy=c0ffee123456
      Contact: https://gitlab.example.org/releng/images/-/issues/new

      ^[[0Ksection_start:1795226400:allowed_here_k7m2qx4d[collapsed=true]^M^[[0K^[[36;1mWhat this runner allows (images: 8 patterns)^[[0;m
      Images:
        docker-registry.example.org/*  Built and patched by us.
        centos/*:*
        debian:*                       Docker official image.
        python:*
        rustlang/rust:nightly
        alpine
        maven:3*
        kdeorg/*:*
        docker-registry.example.org/bookworm (when a job names no image)
      ^[[0Ksection_end:1795226400:allowed_here_k7m2qx4d^M^[[0K
      Policy c0ffee123456
      "
    `);
  });

  it('puts everything into one message', () => {
    const message = messageFor(
      {
        image: { name: 'docker-registry.example.org/releng/node20:1', pull_policy: ['never'] },
        services: [
          { name: 'postgres', executor_opts: { kubernetes: { user: 'root' } } },
          { name: 'postgres:16\u001b[31mGreen\r' },
          { name: 'hashicorp/terraform' },
        ],
      },
      { allowed_pull_policies: ['always'] },
    );

    expect(visible(message)).toMatchInlineSnapshot(`
      "^[[31;1mERROR: This runner does not allow 6 things that this job asks for.^[[0;m

        image: docker-registry.example.org/releng/node20:1
          Why:           A \`*\` stands for one part of a path, so \`docker-registry.example.org/*\` does not reach \`docker-registry.example.org/releng/node20:1\`, as \`docker-registry.example.org/**\` would.
          Instead:       Use \`docker-registry.example.org/node20:1\`, if there is such an image; or choose one from the list below, or ask for this one.

        image:pull_policy: never
          Why:           This runner allows other pull policies only.
          Instead:       Write \`always\`, or leave it out.

        service: postgres
          Understood as: docker.io/library/postgres:latest
          Why:           \`postgres\` has no tag, and \`postgres:*\` needs one.
          Instead:       Write the tag too, for example \`postgres:latest\`.

        services[0]:kubernetes:user: root
          Why:           Names of users are known only inside the image, so it must be a number: \`0\`.

        service: postgres:16?[31mGreen?
          Why:           It is not a valid image name: character 12 is the invisible character U+001B.
          Instead:       Correct the name.

        service: hashicorp/terraform
          Understood as: docker.io/hashicorp/terraform:latest
          Why:           None of the 2 patterns of allowed services matches it.
          Instead:       Please choose one from the list below, or ask for this one.

      ^[[33;1mThis limit is deliberate. Running the job again will not change it; changing .gitlab-ci.yml will.^[[0;m

      Images are limited on purpose.
      Special needs of group/project are welcome.

      Help:    https://ci.example.org/images/#image=docker-registry.example.org/releng/node20:1&kind=image&policy=c0ffee123456
      Help:    https://ci.example.org/images/#image=postgres&kind=service&policy=c0ffee123456
      Help:    https://ci.example.org/images/#image=postgres:16%1B%5B31mGreen%0D&kind=service&policy=c0ffee123456
      Contact: https://gitlab.example.org/releng/images/-/issues/new

      ^[[0Ksection_start:1795226400:allowed_here_k7m2qx4d[collapsed=true]^M^[[0K^[[36;1mWhat this runner allows (images: 8 patterns, services: 2 patterns)^[[0;m
      Images:
        docker-registry.example.org/*  Built and patched by us.
        centos/*:*
        debian:*                       Docker official image.
        python:*
        rustlang/rust:nightly
        alpine
        maven:3*
        kdeorg/*:*
        docker-registry.example.org/bookworm (when a job names no image)
      Services:
        docker-registry.example.org/**
        postgres:*
      ^[[0Ksection_end:1795226400:allowed_here_k7m2qx4d^M^[[0K
      Policy c0ffee123456
      "
    `);
  });

  it.each([
    [
      'a user',
      { image: { name: 'debian:12', executor_opts: { kubernetes: { user: 'root' } } } },
      'image debian:12',
      'debian%3A12',
    ],
    [
      'a pull policy',
      { image: { name: 'debian:12', pull_policy: ['never'] } },
      'image debian:12',
      'debian%3A12',
    ],
    [
      'the user of a service',
      { services: [{ name: 'postgres:16', executor_opts: { docker: { user: 'postgres' } } }] },
      'service postgres:16',
      'postgres%3A16',
    ],
    [
      'the user of the default image',
      { image: { name: 'docker-registry.example.org/bookworm', executor_opts: { docker: { user: 'x' } } } },
      'image docker-registry.example.org/bookworm',
      'docker-registry.example.org%2Fbookworm',
    ],
    [
      'several things of one image, and a service',
      {
        image: { name: 'debian:12', pull_policy: ['never'], executor_opts: { docker: { user: 'x' } } },
        services: [{ name: 'postgres:16', pull_policy: ['never'] }],
      },
      'image debian:12, postgres:16',
      'debian%3A12%2C%20postgres%3A16',
    ],
  ])("fills the operator's {image} and {kind} for %s", (_, job, words, inAddress) => {
    const message = messageFor(job, {
      allowed_pull_policies: ['always'],
      rejection: {
        exit_code: 1,
        message: 'About {kind} {image}.',
        help_url: 'https://help.example.org/?i={image}',
      },
    });

    expect(message).toContain(`\nAbout ${words}.\n`);
    expect(message).toContain(`\nHelp:    https://help.example.org/?i=${inAddress}\n`);
  });

  it('says what can be said when the operator has said nothing', () => {
    expect(
      visible(messageFor({ image: { name: 'debian' } }, { rejection: { exit_code: 1 } })),
    ).toMatchInlineSnapshot(`
      "^[[31;1mERROR: This runner does not allow the image "debian".^[[0;m

        image: debian
          Understood as: docker.io/library/debian:latest
          Why:           \`debian\` has no tag, and \`debian:*\` needs one.
          Instead:       Write the tag too, for example \`debian:latest\`.

      ^[[33;1mThis limit is deliberate. Running the job again will not change it; changing .gitlab-ci.yml will.^[[0;m

      Ask the people who run this GitLab if you need something else.

      ^[[0Ksection_start:1795226400:allowed_here_k7m2qx4d[collapsed=true]^M^[[0K^[[36;1mWhat this runner allows (images: 8 patterns)^[[0;m
      Images:
        docker-registry.example.org/*  Built and patched by us.
        centos/*:*
        debian:*                       Docker official image.
        python:*
        rustlang/rust:nightly
        alpine
        maven:3*
        kdeorg/*:*
        docker-registry.example.org/bookworm (when a job names no image)
      ^[[0Ksection_end:1795226400:allowed_here_k7m2qx4d^M^[[0K
      Policy c0ffee123456
      "
    `);
  });

  it('says so when a job names no image and there is no default', () => {
    const policy = samplePolicy();
    delete (policy as { default_image?: unknown }).default_image;
    const rejection = new Rejection([{ kind: 'no-image' }], 1);
    const job = { name: 'test', project: { id: 1, path: 'g/p', namespaceId: null }, isRefProtected: false };

    const message = formatRejection({ rejection, policy, job, nonce: 'n', now: new Date(0) });

    expect(message).toContain('ERROR: This job names no image, and this runner has no default one.');
    const told = { exit_code: 1, message: 'About {image}.', help_url: 'https://help.example.org/?i={image}' };
    const filled = formatRejection({
      rejection,
      policy: { ...policy, rejection: told },
      job,
      nonce: 'n',
      now: new Date(0),
    });
    expect(filled).toContain('\nAbout (none).\n');
    expect(filled).not.toContain('Help:');
    expect(message).toContain('docker-registry.example.org/*');
  });

  it('lets no text of the job colour a line, move the cursor or forge a section', () => {
    const hostile = '\u001b[0Ksection_start:1:x\r\u001b[0K\u009b31m\u0007\u202e\nJob succeeded';
    const message = messageFor({
      job_info: { name: hostile, project_id: 42, project_full_path: hostile },
      image: { name: hostile, pull_policy: [hostile], executor_opts: { kubernetes: { user: hostile } } },
    });
    const own = message
      .replace(/\u001b\[(?:0;|3[136];1)m/g, '')
      .replace(
        /\u001b\[0Ksection_(start|end):\d+:allowed_here_k7m2qx4d(\[collapsed=true\])?\r\u001b\[0K/g,
        '',
      );

    expect(own).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(own).not.toMatch(/^Job succeeded/m);
  });

  it('shortens a long list, and says how long it is', () => {
    const allowed_images = Array.from({ length: 10_000 }, (_, index) => ({
      pattern: `registry.example.org/team-${index}/*`,
    }));
    const message = messageFor({ image: { name: 'evil:1' } }, { allowed_images });

    expect(message).toContain('What this runner allows (images: 10000 patterns)');
    expect(message).toContain('… and 9960 more');
    expect(message.split('\n').length).toBeLessThan(80);
  });

  it('stays short for a long name', () => {
    expect(messageFor({ image: { name: 'x/'.repeat(50_000) } }).length).toBeLessThan(8000);
  });

  it('links once for each name, and to the page itself where there is none', () => {
    const links = (message: string) => message.match(/^Help: .*$/gm);

    expect(
      links(messageFor({ image: { name: 'a:1' }, services: [{ name: 'b:1' }, { name: 'b:1' }] })),
    ).toEqual([
      'Help:    https://ci.example.org/images/#image=a:1&kind=image&policy=c0ffee123456',
      'Help:    https://ci.example.org/images/#image=b:1&kind=service&policy=c0ffee123456',
    ]);
    expect(
      links(messageFor({ image: { name: 'debian:1', executor_opts: { kubernetes: { user: 'x' } } } })),
    ).toEqual(['Help:    https://ci.example.org/images/']);
  });

  it('ends after twenty findings, whatever a job asks for', () => {
    const variables = Array.from({ length: 300 }, (_, index) => ({
      key: `V${index}`,
      value: '$LONG'.repeat(100),
    }));
    const message = messageFor(
      {
        variables: [{ key: 'LONG', value: 'x'.repeat(10_000) }],
        services: [{ name: 'postgres:16', variables }],
      },
      { rejection: { exit_code: 1, message: '{image}'.repeat(10) } },
    );

    expect(message).toContain('This runner does not allow 300 things that this job asks for.');
    expect(message.match(/Why:/g)).toHaveLength(20);
    expect(message).toContain('\n  … and 280 more.\n');
    expect(message.length).toBeLessThan(20_000);
  });

  it("puts no more than ten names, and no whole long one, into the operator's words", () => {
    const services = Array.from({ length: 32 }, (_, index) => ({
      name: `evil${index}/${'x'.repeat(30_000)}`,
    }));
    const message = messageFor({ services }, { rejection: { exit_code: 1, message: 'Not: {image}' } });

    expect(message).toMatch(/\nNot: evil0\/x+…, evil1\/x+…, .* and 22 more\n/);
    expect(message.length).toBeLessThan(20_000);
  });

  it.each([
    [
      'an alias that no pod can have',
      { services: [{ name: 'postgres:16', alias: 'my_db' }] },
      'This job gives a service a name that no pod can have.',
    ],
    [
      'another place for the project',
      { variables: [{ key: 'GIT_CLONE_PATH', value: '/builds/elsewhere' }] },
      'This runner does not let a job move its project.',
    ],
  ])('has a headline for a job that asks for %s, and the help link', (_, changes, headline) => {
    const message = messageFor(changes);

    expect(message).toContain(`ERROR: ${headline}`);
    expect(message).toContain('\nHelp:    https://ci.example.org/images/\n');
  });

  it.each([
    ['its own image', { image: { name: 'debian:13' } }, 'debian:13'],
    ['the default image', {}, 'docker-registry.example.org/bookworm'],
  ])("fills the operator's words with %s, whatever the finding is about", (_, changes, image) => {
    const variables = [{ key: 'GIT_CLONE_PATH', value: '/builds/elsewhere' }];
    const message = messageFor(
      { ...changes, variables },
      { rejection: { exit_code: 1, message: 'About {image}.', help_url: 'https://x.example.org/{image}' } },
    );

    expect(message).toContain(`\nAbout ${image}.\n`);
    expect(message).toContain(`\nHelp:    https://x.example.org/${encodeURIComponent(image)}\n`);
  });

  it('says that protection is not known only where that may be why', () => {
    const rules = [{ when: { protected_ref: true }, allowed_images: [{ pattern: 'node:*' }] }];

    expect(messageFor({ image: { name: 'node:20' } }, { rules })).toContain(
      '\n\nIt is not known whether this branch or tag is protected, so no rule with `protected_ref` applies.',
    );
    expect(messageFor({ image: { name: 'node:20' } })).not.toContain('It is not known');
  });

  it('has a headline for a job that asks for too much', () => {
    const message = messageFor({ services: Array.from({ length: 33 }, () => ({ name: 'postgres:16' })) });

    expect(visible(message).split('\n').slice(0, 5)).toEqual([
      '^[[31;1mERROR: This job asks for more than this runner takes.^[[0;m',
      '',
      '  services: 33 services',
      '    Why:           This runner takes at most 32 of them in a job.',
      '    Instead:       Leave out 1 or more.',
    ]);
  });
});
