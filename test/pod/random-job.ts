// Random jobs and policies for property tests: whatever an author can write, under whatever an operator may decide.
import fc from 'fast-check';
import type { Job, JobImage, JobService } from '../../src/job/job.ts';
import {
  accountVariable,
  amountVariables,
  settingPrefixes,
} from '../../src/plan/overwrites/overwrite-variables.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { sampleJob, samplePolicy } from './sample-job.ts';

const imageName = fc.constantFrom(
  'ruby',
  'ruby:3.4',
  'group/app:1',
  'registry.example.com:5000/team/app:1',
  `debian@sha256:${'a'.repeat(64)}`,
);

const user = fc.oneof(
  fc.constant(null),
  fc.nat({ max: 65_535 }).map(String),
  fc.tuple(fc.nat({ max: 65_535 }), fc.nat({ max: 65_535 })).map(([uid, gid]) => `${uid}:${gid}`),
);

/** Texts of every kind; among them those that mean something to a shell, to YAML or to the kubelet. */
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('$(HOME)', '$$', '"; rm -rf / #', '{{ .Values }}', '\n- name: evil', 'privileged: true'),
);

const image: fc.Arbitrary<JobImage> = fc.record({
  name: imageName,
  entrypoint: fc.option(fc.array(text, { maxLength: 3 })),
  pullPolicies: fc.subarray(['always', 'if-not-present', 'never']),
  kubernetesUser: user,
  dockerUser: user,
  dockerPlatform: fc.constant(null),
});

/** Marks what may stand in no manifest, so that it can be looked for. */
export const canary = 'canary-5f1e';

const overwriteNames = [
  ...amountVariables.map(({ name }) => name),
  ...Object.values(settingPrefixes).map((prefix) => `${prefix}1`),
  accountVariable,
];

/** Lets a job set a little of all that there is to set. */
export const maySet: NonNullable<Policy['job_may_set']> = {
  build: { limits: { cpu: '4', memory: '8Gi' }, requests: { memory: '4Gi' } },
  helper: { limits: { memory: '2Gi' } },
  service: { limits: { memory: '4Gi' } },
  node_selector: ['kubernetes.io/arch=*'],
  tolerations: ['ci=*:NoSchedule'],
  labels: ['example.org/set-by-job=*'],
  annotations: ['example.org/set-by-job=*'],
  service_account: ['deploy'],
};

/** Of each kind, with and without the canary in it, plain and by way of another. */
const variable = fc.record({
  key: fc.oneof(
    fc.constantFrom('HEALTHCHECK_TCP_PORT', 'HOME', 'PATH', 'LD_PRELOAD', 'A', 'B', 'SECRET'),
    fc.constantFrom(...overwriteNames),
    text,
  ),
  value: fc.oneof(
    fc.constantFrom(
      '5432',
      '99999',
      '-1',
      canary,
      '$SECRET',
      'x-${SECRET}',
      '$A$B',
      '$$(SECRET)',
      '$(SECRET)',
    ),
    fc.constantFrom(
      '1Gi',
      '2',
      'example.org/set-by-job=a',
      'kubernetes.io/arch=arm64',
      'ci=a:NoSchedule',
      'deploy',
    ),
    text,
  ),
  isFile: fc.boolean(),
  isPublic: fc.boolean(),
  isMasked: fc.boolean(),
  isRaw: fc.boolean(),
});

const service: fc.Arbitrary<JobService> = fc
  .tuple(
    image,
    fc.record({
      // Any other is refused, and moves nothing.
      aliases: fc.array(
        fc.oneof(fc.constantFrom('db', 'kubernetes', 'my-db.local'), fc.stringMatching(/^[a-z0-9]{1,9}$/)),
        { maxLength: 3 },
      ),
      command: fc.option(fc.array(text, { maxLength: 3 })),
      variables: fc.array(variable, { maxLength: 4 }),
    }),
  )
  .chain(([ofImage, rest]) =>
    // Some come to nothing: those leave the others where they are.
    fc.constantFrom(ofImage.name, ofImage.name, '').map((name) => ({ ...ofImage, ...rest, name })),
  );

export const randomJob: fc.Arbitrary<Job> = fc
  .record({
    id: fc.integer({ min: 1 }),
    instance: text,
    name: text,
    project: fc.record({ id: fc.nat(), path: text, namespaceId: fc.option(fc.nat()) }),
    repositoryPath: fc.constantFrom('group/project', 'a/b/c'),
    ref: text,
    isRefProtected: fc.boolean(),
    timeoutSeconds: fc.nat({ max: 2 ** 40 }),
    image,
    services: fc.array(service, { maxLength: 3 }),
    variables: fc.array(variable, { maxLength: 4 }),
    hasCredentials: fc.boolean(),
  })
  .map(({ hasCredentials, ...job }) => ({
    ...sampleJob,
    ...job,
    variables: [
      ...job.variables,
      { key: 'SECRET', value: canary, isPublic: false, isFile: false, isMasked: true, isRaw: false },
    ],
    registryCredentials: hasCredentials
      ? [{ registry: 'r.example.com', username: 'u', password: canary }]
      : [],
  }));

const capability = fc.constantFrom('CHOWN', 'KILL', 'NET_ADMIN', 'SETUID', 'SYS_CHROOT');

const capabilities = fc
  .record(
    { add: fc.uniqueArray(capability), drop: fc.uniqueArray(fc.oneof(fc.constant('ALL'), capability)) },
    { requiredKeys: [] },
  )
  .map(({ add, drop }) => ({
    ...(add ? { add } : {}),
    ...(drop ? { drop: drop.filter((name) => !add?.some((each) => each === name)) } : {}),
  }));

const id = fc.nat({ max: 65_535 });

/** Of helper too: it has its user from build. */
const withoutUser = {
  allowPrivilegeEscalation: fc.boolean(),
  capabilities,
  privileged: fc.constant(false),
  readOnlyRootFilesystem: fc.boolean(),
  runAsNonRoot: fc.boolean(),
  seccompProfile: fc.constantFrom({ type: 'RuntimeDefault' }, { type: 'Unconfined' }),
};

const containerFields = { ...withoutUser, runAsUser: id, runAsGroup: id };

const context = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(fields, { requiredKeys: [] });

const mixedContext = context({
  ...containerFields,
  fsGroup: id,
  supplementalGroups: fc.array(id, { maxLength: 2 }),
  build: context(containerFields),
  helper: context(withoutUser),
  services: context(containerFields),
  init: context(withoutUser),
});

const containerRefinement = (name: string): fc.Arbitrary<object> =>
  fc.record({
    name: fc.constant(name),
    securityContext: context(name === 'helper' ? withoutUser : containerFields),
    workingDir: fc.constantFrom('/builds', '/builds/group/project', '/elsewhere'),
  });

const template = fc.record({
  spec: fc.record({
    securityContext: context({ fsGroup: id, runAsUser: id }),
    containers: fc
      .tuple(
        fc
          .subarray(['build', 'helper', 'svc-0', 'svc-1'])
          .chain((names) => fc.tuple(...names.map(containerRefinement))),
        fc.array(context(containerFields), { maxLength: 1 }),
      )
      .map(([ours, own]) => [
        ...ours,
        ...own.map((securityContext) => ({ name: 'proxy', image: 'proxy:1', securityContext })),
      ]),
  }),
});

/** Not every one of them is sound: checkPodPolicy tells. */
export const randomPolicy: fc.Arbitrary<Policy> = fc
  .record({
    default_security_context: mixedContext,
    enforced_security_context: mixedContext,
    pod_template: fc.option(template),
    isLeftToJobs: fc.boolean(),
    isLasting: fc.boolean(),
  })
  .map(({ pod_template, isLeftToJobs, isLasting, ...contexts }) => ({
    ...samplePolicy,
    ...contexts,
    ...(isLeftToJobs ? { job_may_set: maySet } : {}),
    ...(isLasting ? { lasting_workspaces: { size: 1024 ** 3, slots: 1, max_idle: 3600 } } : {}),
    ...(pod_template ? { pod_template } : {}),
  }));
