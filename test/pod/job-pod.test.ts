import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { admitJob } from '../../src/admission/admit-job.ts';
import type { AdmittedJob } from '../../src/admission/admitted-job.ts';
import { parseImageReference } from '../../src/admission/parse-image-reference.ts';
import { Rejection } from '../../src/admission/rejection.ts';
import type { Job } from '../../src/job/job.ts';
import { checkPodPolicy } from '../../src/pod/check-pod-policy.ts';
import {
  buildCommand,
  helperCommand,
  makeDirectoryCommand,
  proofCommand,
} from '../../src/pod/containers/process-one.ts';
import type { JobPodInput } from '../../src/pod/job-pod.ts';
import { buildJobPod } from '../../src/pod/job-pod.ts';
import type { Container, PodManifest } from '../../src/pod/manifest.ts';
import type { Policy, SecurityFields } from '../../src/policy/policy.ts';
import { shippedDefaultContext, shippedEnforcedContext } from '../../src/policy/schema/security-schema.ts';
import type { Capabilities } from '../../src/security/capabilities.ts';
import { checkPodSecurity } from '../../src/security/pod-security.ts';
import { resolveSecurity } from '../../src/security/resolve-context.ts';
import { belongsTo } from '../../src/security/security-fields.ts';
import { anyName, seed } from '../admission/any-name.ts';
import { differences, documentedFields } from './pod-difference.ts';
import { canary, randomJob, randomPolicy } from './random-job.ts';
import {
  admittedImage,
  admittedJob,
  admittedService,
  containerOf,
  podOf,
  sampleJob,
  samplePolicy,
  specOf,
} from './sample-job.ts';

const yaml = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });

/** The programs of process 1 stand in full in the first manifest; elsewhere their names are enough. */
function withoutPrograms(value: unknown): string {
  const names = new Map([
    [buildCommand()[2], '(process 1 of build)'],
    [helperCommand('prove')[2], '(process 1 of helper)'],
    [proofCommand()[2], '(proof of the user namespace)'],
    [makeDirectoryCommand('')[2], '(makes the directory)'],
  ]);
  return yaml(JSON.parse(JSON.stringify(value), (_, text: unknown) => names.get(text as string) ?? text));
}

describe('whole manifests', () => {
  test('the pod of a plain job', async () => {
    const pod = podOf();

    await expect(yaml(pod)).toMatchFileSnapshot('manifests/plain-job.yaml');
  });

  test('the pod of a job with services, users and pull policies', async () => {
    const pod = podOf({
      admitted: admittedJob({
        build: admittedImage('node:22', {
          user: { uid: 2000, gid: 2001, key: 'image:kubernetes:user' },
          pullPolicies: ['always', 'if-not-present'],
        }),
        services: [
          admittedService('postgres:17', {
            aliases: ['db', 'database.local'],
            variables: [
              { key: 'POSTGRES_PASSWORD', value: '$(HOME) is $5' },
              { key: 'HEALTHCHECK_TCP_PORT', value: '5432' },
            ],
          }),
          admittedService('registry.example.com:5000/team/search:1', {
            entrypoint: ['/run', '$(X)'],
            command: ['--port', '9200'],
            user: { uid: 999, gid: null, key: 'image:docker:user' },
          }),
        ],
        sharedVariables: [{ key: 'CI', value: 'true' }],
      }),
      policy: { ...samplePolicy, image_pull_secrets: ['mirror'] },
      pullSecrets: ['job-1001-k7m2qx4d-pull'],
    });

    await expect(withoutPrograms(pod)).toMatchFileSnapshot('manifests/services.yaml');
  });

  test('the pod of a job under root-in-user-namespace with a template', async () => {
    const pod = podOf({
      policy: {
        ...samplePolicy,
        default_security_context: { runAsNonRoot: false, readOnlyRootFilesystem: true },
        enforced_security_context: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'], add: ['CHOWN', 'SETUID'] },
          seccompProfile: { type: 'RuntimeDefault' },
        },
        pod_template: {
          metadata: { labels: { team: 'ci' } },
          spec: {
            nodeSelector: { pool: 'ci' },
            tolerations: [{ key: 'ci', operator: 'Exists' }],
            volumes: [{ name: 'workspace', ephemeral: { volumeClaimTemplate: { spec: {} } } }],
            containers: [
              { name: 'build', resources: { limits: { memory: '8Gi' } } },
              { name: 'svc-0', resources: { limits: { memory: '9Gi' } } },
              { name: 'proxy', image: 'proxy:1', securityContext: { capabilities: { add: ['NET_ADMIN'] } } },
            ],
          },
        },
      },
    });

    await expect(withoutPrograms(pod)).toMatchFileSnapshot('manifests/root-with-template.yaml');
  });

  test('the pod of a job with services and a nested work directory on an old cluster', async () => {
    const pod = podOf({
      admitted: admittedJob({ services: [admittedService('redis:8')] }),
      policy: {
        ...samplePolicy,
        pod_template: {
          spec: {
            containers: [{ name: 'build', workingDir: '/builds/group/project' }],
            initContainers: [{ name: 'init-workspace', resources: { limits: { memory: '99Mi' } } }],
          },
        },
      },
      mayIgnoreHostUsers: true,
    });

    await expect(withoutPrograms(pod)).toMatchFileSnapshot('manifests/init-containers.yaml');
  });
});

test('refuses a container for which no security context was resolved', () => {
  const security = { pod: { context: {}, decisions: {} }, containers: {}, dropped: [], contradictions: [] };
  const build = () =>
    buildJobPod({
      admitted: admittedJob(),
      policy: samplePolicy,
      security,
      random: 'k7m2qx4d',
      now: new Date(0),
      mayIgnoreHostUsers: false,
    });

  expect(build).toThrow('No security context was resolved for container "build"');
});

test('caps the deadline at what Kubernetes takes', () => {
  const pod = podOf({ admitted: admittedJob({ job: { ...sampleJob, timeoutSeconds: 2 ** 40 } }) });

  expect(pod).toMatchObject({ spec: { activeDeadlineSeconds: 2_147_483_647 } });
});

/** Through real admission: null for a job that is rejected or contradicts the policy. */
function podOfJob(job: Job, policy: Policy, rest: Partial<JobPodInput> = {}): PodManifest | null {
  let admitted: AdmittedJob;
  try {
    admitted = admitJob({ job, policy, runnerVersion: '19.4.0' }).admitted;
  } catch (rejection) {
    if (rejection instanceof Rejection) return null;
    throw rejection;
  }
  const users = { build: admitted.build.user, services: admitted.services.map(({ user }) => user) };
  if (resolveSecurity({ policy, ...users }).contradictions.length > 0) return null;
  return podOf({ admitted, policy, ...rest });
}

describe('whatever a job says', () => {
  const shipped: Policy = {
    ...samplePolicy,
    default_security_context: shippedDefaultContext,
    enforced_security_context: shippedEnforcedContext,
  };

  test('the pod of a job passes Pod Security restricted under the shipped policy', () => {
    fc.assert(
      fc.property(
        randomJob,
        fc.boolean(),
        fc.constantFrom('v1.25', 'v1.34', 'latest'),
        (job, mayIgnoreHostUsers, version) => {
          const pod = podOfJob(job, shipped, { mayIgnoreHostUsers });
          fc.pre(pod !== null);

          expect(checkPodSecurity(pod, 'restricted', version)).toEqual([]);
        },
      ),
    );
  });

  test('root is refused under the shipped policy', () => {
    fc.assert(
      fc.property(randomJob, (job) => {
        const image = {
          name: 'ruby',
          entrypoint: null,
          pullPolicies: [],
          dockerUser: null,
          dockerPlatform: null,
        };

        expect(podOfJob({ ...job, image: { ...image, kubernetesUser: '0' } }, shipped)).toBeNull();
      }),
    );
  });

  test('an enforced field holds in every container, under every sound policy', () => {
    fc.assert(
      fc.property(randomJob, randomPolicy, (job, policy) => {
        fc.pre(checkPodPolicy(policy).length === 0);
        const pod = podOfJob(job, policy);
        fc.pre(pod !== null);

        const enforced = policy.enforced_security_context;
        expect(specOf(pod)['securityContext']).toMatchObject(only(enforced, 'pod'));
        for (const container of allContainers(pod)) {
          const context = container['securityContext'] as SecurityFields;
          const isInit = container.name.startsWith('init-');
          // What we take from our own init containers is more than what is enforced, never less.
          const { allowPrivilegeEscalation, capabilities, ...plain } = only(enforced, 'container');
          expect(context).toMatchObject(plain);
          if (!isInit && allowPrivilegeEscalation !== undefined)
            expect(context).toMatchObject({ allowPrivilegeEscalation });
          expectCapabilities(context, capabilities as Capabilities | undefined, isInit);
        }
      }),
    );
  });

  test('what makes its pod a pod of ours is the same in all of them', () => {
    fc.assert(
      fc.property(randomJob, randomPolicy, (job, policy) => {
        fc.pre(checkPodPolicy(policy).length === 0);
        const pod = podOfJob(job, policy);
        fc.pre(pod !== null);

        expect(specOf(pod)).toMatchObject({
          hostUsers: false,
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          shareProcessNamespace: false,
        });
        expect(containerOf(pod, 'helper')['securityContext']).toMatchObject(
          userOf(containerOf(pod, 'build')['securityContext'] as SecurityFields),
        );
      }),
    );
  });

  test('the containers of a job have the very images that were admitted', () => {
    const nested: Policy = {
      ...shipped,
      pod_template: { spec: { containers: [{ name: 'build', workingDir: '/builds/group/project' }] } },
    };
    const name = anyName.filter((each) => parseImageReference(each).fault === undefined);
    const names = fc.record({
      build: fc.option(name),
      helper: name,
      services: fc.array(name, { maxLength: 2 }),
    });

    fc.assert(
      fc.property(randomJob, names, fc.constantFrom('gitlab', 'canonical'), (job, asked, image_matching) => {
        const plain = { ...job.image!, kubernetesUser: null, dockerUser: null };
        const services = asked.services.map((each) => ({ ...sampleService, name: each }));
        const image = asked.build === null ? null : { ...plain, name: asked.build };
        const policy: Policy = {
          ...nested,
          image_matching,
          default_image: 'MIRROR/default',
          helper_image: asked.helper,
          // Nothing but these very names; whatever else ran would not have been judged.
          allowed_images: exactly(asked.build === null ? [] : [asked.build]),
          allowed_services: exactly(asked.services),
        };
        const pod = podOfJob({ ...job, image, services }, policy, { mayIgnoreHostUsers: true });
        const imageOf = (container: string) => String(containerOf(pod ?? expect.fail(), container)['image']);
        const roles = {
          build: asked.build ?? 'MIRROR/default',
          helper: asked.helper,
          'init-workspace': asked.helper,
        };
        const ofServices = asked.services.map((each, index) => [`svc-${index}`, each] as const);

        if (services.length > 0) expect(imageOf('init-user-namespace')).toBe(wholeName(asked.helper));
        for (const [container, judged] of [...Object.entries(roles), ...ofServices]) {
          expect(imageOf(container)).toBe(wholeName(judged));
        }
      }),
      { seed, numRuns: 2000 },
    );
  });

  test('no value of a variable stands in its pod, and no credential', () => {
    fc.assert(
      fc.property(randomJob, (job) => {
        const pod = podOfJob(job, shipped);
        fc.pre(pod !== null);

        expect(JSON.stringify(pod)).not.toContain(canary);
      }),
    );
  });

  test('a job moves no field that docs/pod-fields.md does not list', () => {
    const rows = documentedFields();

    fc.assert(
      fc.property(
        randomJob,
        randomJob,
        randomPolicy,
        fc.boolean(),
        (one, other, policy, mayIgnoreHostUsers) => {
          fc.pre(checkPodPolicy(policy).length === 0);
          const pods = [one, other].map((job) => podOfJob(job, policy, { mayIgnoreHostUsers }));
          fc.pre(!pods.includes(null));

          const moved = differences(pods[0], pods[1]);

          expect(moved.filter((path) => !rows.some(({ covers }) => covers(path)))).toEqual([]);
        },
      ),
    );
  });
});

test('every field that docs/pod-fields.md lists can be moved by a job', () => {
  const policy: Policy = {
    ...samplePolicy,
    default_security_context: { runAsNonRoot: false, readOnlyRootFilesystem: true },
    enforced_security_context: {},
    pod_template: { spec: { containers: [{ name: 'build', workingDir: '/builds/group/project' }] } },
  };
  const user = (uid: number) => ({ uid, gid: uid + 1, key: 'image:kubernetes:user' });
  const service = admittedService('redis:8');
  const rich = admittedService('postgres:17', {
    user: user(7),
    pullPolicies: ['always'],
    entrypoint: ['/run'],
    command: ['-v'],
    variables: [{ key: 'HEALTHCHECK_TCP_PORT', value: '5432' }],
  });
  const otherJob = {
    ...sampleJob,
    id: 2,
    instance: 'b',
    name: 'b',
    timeoutSeconds: 1,
    project: { ...sampleJob.project, path: 'b' },
  };
  const build = (uid: number, more = {}) => admittedImage('ruby', { user: user(uid), ...more });
  const pods = [
    podOf({ policy, mayIgnoreHostUsers: true }),
    podOf({
      policy,
      admitted: admittedJob({ services: [service], build: build(1000) }),
      mayIgnoreHostUsers: true,
    }),
    podOf({
      policy,
      admitted: admittedJob({ services: [service, service], build: build(2000) }),
      mayIgnoreHostUsers: true,
    }),
    podOf({
      policy,
      admitted: admittedJob({
        job: otherJob,
        services: [rich],
        sharedVariables: [{ key: 'CI', value: 'true' }],
        build: build(1, { pullPolicies: ['never'] }),
      }),
      mayIgnoreHostUsers: true,
      pullSecrets: ['own'],
    }),
  ];

  const moved = pods.flatMap((one) => pods.flatMap((other) => differences(one, other)));

  const rows = documentedFields();
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter(({ covers }) => !moved.some(covers)).map(({ field }) => field)).toEqual([]);
});

const exactly = (names: readonly string[]) =>
  names.map((pattern) => ({ pattern: pattern.replace(/[[\]]/g, '\\$&') }));

const sampleService: Job['services'][number] = {
  name: '',
  entrypoint: null,
  pullPolicies: [],
  kubernetesUser: null,
  dockerUser: null,
  dockerPlatform: null,
  aliases: [],
  command: null,
  variables: [],
};

/** What a container runtime reads in a name, without asking our own parser: what is left out is put in, and nothing is changed. */
function wholeName(name: string): string {
  const [before = '', digest] = name.split('@');
  const first = before.includes('/') ? before.slice(0, before.indexOf('/')) : '';
  const isRegistry = /[.:A-Z]/.test(first) || first === 'localhost';
  const rest = isRegistry ? before.slice(first.length + 1) : before;
  const isHub = !isRegistry || first === 'docker.io' || first === 'index.docker.io';
  const path = isHub && !rest.includes('/') ? `library/${rest}` : rest;
  const tag = path.lastIndexOf(':') > path.lastIndexOf('/') || digest !== undefined ? '' : ':latest';
  return `${isHub ? 'docker.io' : first}/${path}${tag}${digest === undefined ? '' : `@${digest}`}`;
}

const userOf = ({ runAsUser, runAsGroup }: SecurityFields): object => ({ runAsUser, runAsGroup });

const allContainers = (pod: PodManifest): readonly Container[] => [
  ...(specOf(pod).initContainers ?? []),
  ...specOf(pod).containers,
];

const only = (fields: SecurityFields, place: 'pod' | 'container'): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([field]) => belongsTo(place, field)));

function expectCapabilities(
  context: SecurityFields,
  enforced: Capabilities | undefined,
  isInit: boolean,
): void {
  const { add = [], drop = [] } = (context['capabilities'] ?? {}) as Capabilities;
  const isDropped = (name: string): boolean => drop.includes('ALL') || drop.includes(name);
  const { add: granted, drop: taken = [] } = enforced ?? {};
  for (const name of taken) expect(isDropped(name)).toBe(true);
  for (const name of add) {
    if (granted) expect(granted).toContain(name);
    else expect(taken).not.toContain(taken.includes('ALL') ? 'ALL' : name);
  }
  if (granted && !isInit) expect([...granted].sort()).toEqual([...add].sort());
}
