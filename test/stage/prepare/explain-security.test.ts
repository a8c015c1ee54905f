import { describe, expect, it } from 'vitest';
import { Rejection } from '../../../src/admission/rejection.ts';
import type { JobSecurity } from '../../../src/security/job-security.ts';
import { logOverridden, rejectContradictions } from '../../../src/stage/prepare/explain-security.ts';
import { admittedImage, admittedJob, admittedService, samplePolicy } from '../../pod/sample-job.ts';
import { fakeIo } from '../fake-io.ts';

const security = (parts: Partial<JobSecurity>): JobSecurity =>
  ({ pod: {}, containers: {}, dropped: [], contradictions: [], ...parts }) as unknown as JobSecurity;

describe('rejectContradictions', () => {
  const policy = { ...samplePolicy, rejection: { exit_code: 77 } };
  const admitted = admittedJob({
    build: admittedImage('ruby:3'),
    services: [admittedService('redis:8'), admittedService('pg:17')],
  });

  it('lets a job pass that can run', () => {
    expect(() => rejectContradictions(security({}), { admitted, policy })).not.toThrow();
  });

  it('names all of them in one rejection, with the key that each comes from', () => {
    const contradictions = [
      {
        kind: 'contradiction',
        container: 'build',
        user: 0,
        userKey: 'image:kubernetes:user',
        key: 'enforced_security_context.runAsNonRoot',
        isShipped: false,
      },
      {
        kind: 'contradiction',
        container: 'svc-1',
        user: 0,
        userKey: 'services[1]:docker:user',
        key: 'enforced_security_context.runAsNonRoot',
        isShipped: true,
      },
    ] as const;
    let thrown: unknown;
    try {
      rejectContradictions(security({ contradictions }), { admitted, policy });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Rejection);
    expect(thrown).toMatchObject({
      code: 'rejected',
      exitCode: 77,
      findings: [
        {
          kind: 'user',
          key: 'image:kubernetes:user',
          image: 'ruby:3',
          imageKind: 'image',
          requested: '0',
          reason:
            "The build container cannot run as user 0: the runner's policy forbids it (`enforced_security_context.runAsNonRoot`).",
        },
        {
          kind: 'user',
          key: 'services[1]:docker:user',
          image: 'pg:17',
          imageKind: 'service',
          requested: '0',
          reason:
            "The svc-1 container cannot run as user 0: the executor's own default forbids it (`enforced_security_context.runAsNonRoot`, which the runner's policy does not set).",
        },
      ],
    });
  });
});

describe('logOverridden', () => {
  it('says nothing when every request was granted', () => {
    const io = fakeIo();
    logOverridden(security({}), io);
    expect(io.messages()).toBe('');
  });

  it('names each request, what holds instead, and who decided', () => {
    const io = fakeIo();
    logOverridden(
      security({
        dropped: [
          {
            container: 'build',
            key: 'image:kubernetes:user',
            field: 'runAsUser',
            requested: 0,
            instead: 1000,
            droppedBy: 'enforced_security_context.runAsUser',
          },
          {
            container: 'svc-0',
            key: 'services[0]:docker:user',
            field: 'runAsGroup',
            requested: 5,
            instead: 6,
            droppedBy: 'enforced_security_context.runAsGroup',
          },
        ],
      }),
      io,
    );
    expect(io.messages()).toBe(
      "\u001b[33;1mThe build container runs with runAsUser 1000, not 0 as `image:kubernetes:user` asks: the runner's policy decides it (`enforced_security_context.runAsUser`).\u001b[0;m\n" +
        "\u001b[33;1mThe svc-0 container runs with runAsGroup 6, not 5 as `services[0]:docker:user` asks: the runner's policy decides it (`enforced_security_context.runAsGroup`).\u001b[0;m\n",
    );
  });
});
