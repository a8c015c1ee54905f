// docs/pod-fields.md holds for the whole plan of a job: its pod and its Secrets.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Rejection } from '../../src/admission/rejection.ts';
import type { Manifest } from '../../src/cluster/cluster.ts';
import type { Job, JobService, JobVariable } from '../../src/job/job.ts';
import type { JobObjects } from '../../src/plan/job-plan.ts';
import { checkPodPolicy } from '../../src/pod/check-pod-policy.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { wantedWorkspace } from '../../src/workspace/wanted-workspace.ts';
import { planOrRejection, serverOf } from '../plan/plan-fixture.ts';
import { differences, documentedFields, type FieldRow } from '../pod/pod-difference.ts';
import { maySet, randomJob, randomPolicy } from '../pod/random-job.ts';
import { sampleJob, samplePolicy } from '../pod/sample-job.ts';
import { sampleImage, sampleService } from '../pod/sample-service.ts';

interface AllOfJob extends JobObjects {
  /** Of a workspace that is made for it; where the policy has lasting ones. */
  readonly claim: Manifest | null;
}

const now = new Date('2026-11-21T02:00:00Z');

function allOf(job: Job, policy: Policy, isOld: boolean): AllOfJob | null {
  const plan = planOrRejection(job, policy);
  if (plan instanceof Rejection) return null;
  const wanted = wantedWorkspace(job, plan.policy, plan.security);
  const claim = wanted && { name: wanted.nameOf(1), key: wanted.key };
  const objects = plan.objects({ random: 'k7m2qx4d', now, server: serverOf(isOld), claim });
  return { ...objects, claim: wanted?.manifestOf(1, now) ?? null };
}

/** As the page writes it: the pod's fields, those of each Secret under `secrets` and the end of its name, and those of `claim`. */
function asWritten({ pod, secrets, claim }: AllOfJob): object {
  const end = (name: string): string => name.replace(/^job-\d+-[a-z0-9]{8}-/, '');
  return {
    ...pod,
    ...(claim === null ? {} : { claim }),
    secrets: Object.fromEntries(secrets.map((secret) => [end(secret.metadata.name), secret])),
  };
}

function movedBetween(one: AllOfJob, other: AllOfJob): string[] {
  return differences(asWritten(one), asWritten(other));
}

const uncovered = (moved: readonly string[], rows: readonly FieldRow[]): string[] =>
  moved.filter((path) => !rows.some(({ covers }) => covers(path)));

test('no job moves a field that the page does not list', () => {
  const rows = documentedFields();

  fc.assert(
    fc.property(randomJob, randomJob, randomPolicy, fc.boolean(), (one, other, policy, isOld) => {
      fc.pre(checkPodPolicy(policy).length === 0);
      const [first, second] = [one, other].map((job) => allOf(job, policy, isOld));
      fc.pre(first != null && second != null);

      expect(uncovered(movedBetween(first, second), rows)).toEqual([]);
    }),
  );
});

const user = (uid: number): Partial<JobService> => ({ kubernetesUser: `${uid}:${uid + 1}` });
const variable = (key: string, value: string): JobVariable => ({
  key,
  value,
  isFile: false,
  isPublic: true,
  isMasked: false,
  isRaw: false,
});
const redis: JobService = { ...sampleService, name: 'redis:8' };
const postgres: JobService = {
  ...sampleService,
  ...user(7),
  name: 'postgres:17',
  pullPolicies: ['always'],
  entrypoint: ['/run'],
  command: ['-v'],
  aliases: ['db'],
  variables: [variable('HEALTHCHECK_TCP_PORT', '5432')],
};
const image = { ...sampleImage, name: 'ruby' };
const kubernetes = (of: Readonly<Record<string, string>>): JobVariable[] =>
  Object.entries(of).map(([key, value]) => variable(`KUBERNETES_${key}`, value));
const login = (password: string) => [{ registry: 'r.example.com', username: 'u', password }];

/** Between them they move whatever a job can. */
const jobs: readonly Job[] = [
  { ...sampleJob, image: { ...sampleImage, name: 'node' } },
  { ...sampleJob, image: { ...image, ...user(1000) }, services: [redis], registryCredentials: login('a') },
  { ...sampleJob, image: { ...image, ...user(2000) }, services: [redis, redis] },
  {
    ...sampleJob,
    id: 2,
    instance: 'b',
    name: 'b',
    project: { ...sampleJob.project, id: 2, path: 'b' },
    repositoryPath: 'b',
    isRefProtected: false,
    timeoutSeconds: 1,
    image: { ...image, ...user(1), pullPolicies: ['never'] },
    services: [postgres],
    variables: [variable('CI', 'true')],
    registryCredentials: login('b'),
  },
  {
    ...sampleJob,
    image,
    services: [{ ...postgres, variables: [variable('HEALTHCHECK_TCP_PORT', '5433')] }],
    variables: [variable('CI', 'false')],
  },
  {
    ...sampleJob,
    image,
    services: [{ ...redis, variables: kubernetes({ SERVICE_MEMORY_LIMIT: '2Gi' }) }],
    variables: kubernetes({
      MEMORY_LIMIT: '5Gi',
      HELPER_MEMORY_LIMIT: '1Gi',
      NODE_SELECTOR_1: 'kubernetes.io/arch=arm64',
      NODE_TOLERATIONS_1: 'ci=a:NoSchedule',
      POD_LABELS_1: 'example.org/set-by-job=a',
      POD_ANNOTATIONS_1: 'example.org/set-by-job=a',
      SERVICE_ACCOUNT_OVERWRITE: 'deploy',
    }),
  },
];

const policy: Policy = {
  ...samplePolicy,
  default_security_context: { runAsNonRoot: false },
  enforced_security_context: {},
  job_may_set: maySet,
  pod_template: {
    spec: {
      containers: [
        { name: 'build', workingDir: '/builds/group/project' },
        { name: 'svc-0', securityContext: { readOnlyRootFilesystem: true } },
      ],
    },
  },
};

const lasting: Policy = {
  ...policy,
  lasting_workspaces: { size: 1024 ** 3, slots: 1, max_idle: 3600 },
};

/** What each pair of them moves, under either policy. */
function movedFields(): string[] {
  return [policy, lasting].flatMap((each) => {
    const plans = jobs.map((job) => allOf(job, each, true) ?? expect.fail(job.name));
    return plans.flatMap((one) => plans.flatMap((other) => movedBetween(one, other)));
  });
}

test('every field that the page lists can be moved by a job', () => {
  const [rows, moved] = [documentedFields(), movedFields()];

  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter(({ covers }) => !moved.some(covers)).map(({ field }) => field)).toEqual([]);
  expect(uncovered(moved, rows)).toEqual([]);
});

test('a page without one of its rows would not hold', () => {
  const [rows, moved] = [documentedFields(), movedFields()];
  const needless = rows.filter(
    (row) =>
      uncovered(
        moved,
        rows.filter((each) => each !== row),
      ).length === 0,
  );

  expect(needless.map(({ field }) => field)).toEqual([]);
});
