import { describe, expect, it } from 'vitest';
import { describeOverridden, findContradictions } from '../../src/plan/explain-security.ts';
import type { JobSecurity } from '../../src/security/job-security.ts';
import { sampleJob } from '../pod/sample-job.ts';
import { sampleImage, sampleService } from '../pod/sample-service.ts';

const security = (parts: Partial<JobSecurity>): JobSecurity =>
  ({ pod: {}, containers: {}, overridden: [], contradictions: [], ...parts }) as unknown as JobSecurity;

describe('findContradictions', () => {
  const job = {
    ...sampleJob,
    image: { ...sampleImage, name: 'ruby:3' },
    services: [
      { ...sampleService, name: 'redis:8' },
      { ...sampleService, name: 'pg:17' },
    ],
  };

  it('finds none in a job that can run', () => {
    expect(findContradictions(security({}), job, {})).toEqual([]);
  });

  it('names all of them, with the key and the image that each comes from', () => {
    const contradictions = [
      {
        kind: 'contradiction',
        container: 'build',
        user: 0,
        userKey: 'image:kubernetes:user',
        isRequested: true,
        key: 'enforced_security_context.runAsNonRoot',
        isShipped: false,
      },
      {
        kind: 'contradiction',
        container: 'svc-1',
        user: 0,
        userKey: 'services[1]:docker:user',
        isRequested: true,
        key: 'enforced_security_context.runAsNonRoot',
        isShipped: true,
      },
    ] as const;
    expect(findContradictions(security({ contradictions }), job, {})).toEqual([
      {
        kind: 'contradiction',
        key: 'image:kubernetes:user',
        image: 'ruby:3',
        imageKind: 'image',
        requested: '0',
        reason:
          "The build container cannot run as user 0: the runner's policy forbids it (`enforced_security_context.runAsNonRoot`).",
        instead: 'Leave it out, or ask for another user.',
      },
      {
        kind: 'contradiction',
        key: 'services[1]:docker:user',
        image: 'pg:17',
        imageKind: 'service',
        requested: '0',
        reason:
          "The svc-1 container cannot run as user 0: the executor's own default forbids it (`enforced_security_context.runAsNonRoot`, which the runner's policy does not set).",
        instead: 'Leave it out, or ask for another user.',
      },
    ]);
  });
});

it('names the default image where the job has none', () => {
  const contradictions = [
    {
      kind: 'contradiction',
      container: 'build',
      user: 0,
      userKey: 'x',
      isRequested: true,
      key: 'y',
      isShipped: true,
    },
  ] as const;
  const job = { ...sampleJob, image: null };

  expect(findContradictions(security({ contradictions }), job, { default_image: 'ruby:3.4' })).toMatchObject([
    { image: 'ruby:3.4', imageKind: 'image' },
  ]);
});

describe('findContradictions about a user of the policy', () => {
  const job = { ...sampleJob, services: [{ ...sampleService, name: 'redis:8' }] };
  const contradictions = [
    {
      kind: 'contradiction',
      container: 'svc-0',
      user: 0,
      userKey: 'default_security_context.runAsUser',
      isRequested: false,
      key: 'enforced_security_context.runAsNonRoot',
      isShipped: true,
    },
  ] as const;

  it.each([
    [
      undefined,
      "Name a user other than 0 with `services[0]:kubernetes:user`, or ask the runner's operators to change the policy.",
    ],
    [
      [0, 999],
      "Name a user other than 0 with `services[0]:kubernetes:user`, or ask the runner's operators to change the policy.",
    ],
    [[0], "Please ask the runner's operators to change the policy."],
    [[], "Please ask the runner's operators to change the policy."],
  ])('allowed_users: %j: never tells the author to take it back', (allowed_users, instead) => {
    const [finding, ...others] = findContradictions(
      security({ contradictions }),
      job,
      allowed_users === undefined ? {} : { allowed_users },
    );

    expect(others).toEqual([]);
    expect(finding).toMatchObject({ kind: 'no-user', image: 'redis:8', instead });
  });
});

describe('describeOverridden', () => {
  it('says nothing when every request was granted', () => {
    expect(describeOverridden(security({}))).toEqual([]);
  });

  it('names each request, what is instead, and who decided', () => {
    const notes = describeOverridden(
      security({
        overridden: [
          {
            container: 'build',
            key: 'image:kubernetes:user',
            field: 'runAsUser',
            requested: 0,
            instead: 1000,
            overriddenBy: 'enforced_security_context.runAsUser',
          },
          {
            container: 'svc-0',
            key: 'services[0]:docker:user',
            field: 'runAsGroup',
            requested: 5,
            instead: 6,
            overriddenBy: 'enforced_security_context.runAsGroup',
          },
        ],
      }),
    );
    expect(notes).toEqual([
      "The build container runs with runAsUser 1000, not 0 as `image:kubernetes:user` asks: the runner's policy decides it (`enforced_security_context.runAsUser`).",
      "The svc-0 container runs with runAsGroup 6, not 5 as `services[0]:docker:user` asks: the runner's policy decides it (`enforced_security_context.runAsGroup`).",
    ]);
  });
});
