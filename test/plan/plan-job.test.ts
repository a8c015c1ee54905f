import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatRejection } from '../../src/admission/explain/rejection-message.ts';
import { parseImageReference } from '../../src/admission/parse-image-reference.ts';
import { Rejection } from '../../src/admission/rejection.ts';
import type { Job } from '../../src/job/job.ts';
import { planJob } from '../../src/plan/plan-job.ts';
import { checkPodPolicy } from '../../src/pod/check-pod-policy.ts';
import type { Container, PodManifest } from '../../src/pod/manifest.ts';
import type { Policy, SecurityFields } from '../../src/policy/policy.ts';
import { shippedDefaultContext, shippedEnforcedContext } from '../../src/policy/schema/security-schema.ts';
import { type Capabilities, mergeCapabilities } from '../../src/security/capabilities.ts';
import { checkPodSecurity } from '../../src/security/pod-security.ts';
import { belongsTo } from '../../src/security/security-fields.ts';
import { anyName, seed } from '../admission/any-name.ts';
import { canary, randomJob, randomPolicy } from '../pod/random-job.ts';
import { containerOf, sampleJob, samplePolicy, specOf } from '../pod/sample-job.ts';
import { sampleImage, sampleService } from '../pod/sample-service.ts';
import { objectsOf, planOrRejection, serverOf } from './plan-fixture.ts';

const variable = (key: string, value: string) => ({
  key,
  value,
  isFile: false,
  isPublic: true,
  isMasked: false,
  isRaw: false,
});

describe('planJob', () => {
  const job: Job = { ...sampleJob, image: { ...sampleImage, name: 'ruby:3.4', kubernetesUser: '2000' } };

  test('rejects once, and names what is wrong with image, alias, place and user', () => {
    const rejection = planOrRejection(
      {
        ...job,
        image: { ...sampleImage, name: 'evil:1', kubernetesUser: '0' },
        services: [{ ...sampleService, name: 'postgres:17', aliases: ['my_db'], kubernetesUser: '0' }],
        variables: [variable('GIT_CLONE_PATH', '/builds/elsewhere')],
      },
      { ...samplePolicy, allowed_images: [{ pattern: 'ruby:*' }], rejection: { exit_code: 77 } },
    );

    expect(rejection).toBeInstanceOf(Rejection);
    expect(rejection).toMatchObject({
      code: 'rejected',
      exitCode: 77,
      findings: [
        { kind: 'name', key: 'image' },
        { kind: 'alias', key: 'services[0]:alias' },
        { kind: 'clone-path', key: 'GIT_CLONE_PATH' },
        { kind: 'contradiction', key: 'image:kubernetes:user', image: 'evil:1' },
        { kind: 'contradiction', key: 'services[0]:kubernetes:user', image: 'postgres:17' },
      ],
    });
  });

  test('gives each service the container, user and Secret keys of its place, whatever is left out before it', () => {
    const postgres = {
      ...sampleService,
      name: 'postgres:17',
      aliases: ['db'],
      kubernetesUser: '999',
      variables: [variable('A', 'x')],
    };
    const named: Job = { ...job, services: [sampleService, postgres] };
    const { pod, secrets } = objectsOf(named, samplePolicy) ?? expect.fail();

    expect(specOf(pod).containers.map(({ name }) => name)).toEqual(['build', 'helper', 'svc-1']);
    expect(containerOf(pod, 'svc-1')).toMatchObject({
      image: 'docker.io/library/postgres:17',
      securityContext: { runAsUser: 999 },
      env: [{ name: 'A', valueFrom: { secretKeyRef: { key: 'svc-1.A' } } }],
    });
    expect(specOf(pod)['hostAliases']).toEqual([{ ip: '127.0.0.1', hostnames: ['postgres', 'db'] }]);
    expect(secrets.map(({ data }) => Object.keys(data as object))).toContainEqual(['svc-1.A']);
    expect(
      planOrRejection(
        { ...named, services: [sampleService, { ...postgres, kubernetesUser: '0' }] },
        samplePolicy,
      ),
    ).toMatchObject({
      findings: [{ key: 'services[1]:kubernetes:user', image: 'postgres:17' }],
    });
  });

  test('gives a service whose user the policy names, and forbids, a headline and a way out of its own', () => {
    const rejection = planOrRejection(
      { ...job, image: null, services: [{ ...sampleService, name: 'postgres:17' }] },
      {
        ...samplePolicy,
        default_image: 'ruby:3.4',
        default_security_context: { runAsUser: 0 },
        enforced_security_context: { runAsNonRoot: true },
        pod_template: { spec: { containers: [{ name: 'build', securityContext: { runAsUser: 1000 } }] } },
      },
    );

    expect(rejection).toMatchObject({
      findings: [{ kind: 'no-user', key: 'default_security_context.runAsUser', image: 'postgres:17' }],
    });
    const message = formatRejection({
      rejection: rejection as Rejection,
      policy: samplePolicy,
      job,
      nonce: 'k7m2qx4d',
      now: new Date(),
    });
    expect(message).toContain(
      "ERROR: This runner's policy gives a container of this job no user that it may run as.",
    );
    expect(message).toContain('Name a user other than 0 with `services[0]:kubernetes:user`');
  });

  test('warns that nobody knows whether the ref is protected, where a rule asks', () => {
    const asks = { rules: [{ when: { protected_ref: false }, allowed_images: [{ pattern: 'x' }] }] };

    expect(
      planJob({
        job: { ...job, isRefProtected: null },
        policy: { ...samplePolicy, ...asks },
        runnerVersion: '19.4.0',
      }).warnings,
    ).toEqual([expect.stringMatching(/^It is not known whether this branch or tag is protected/)]);
  });

  test('warns last that user namespaces are not proven', () => {
    const policy = { ...samplePolicy, user_namespaces: { mode: 'unproven' } as const };

    expect(planJob({ job, policy, runnerVersion: '19.4.0' }).warnings.at(-1)).toMatch(
      /^user namespaces are not proven on this runner/,
    );
  });

  test('says once of each Docker daemon among the services that none can run here', () => {
    const named = ['redis:8', 'docker:29-dind'].map((name) => ({ ...sampleService, name }));
    const { warnings } = planJob({
      job: { ...job, services: named },
      policy: samplePolicy,
      runnerVersion: '19.4.0',
    });

    expect(warnings).toEqual([
      expect.stringMatching(
        /^services\[1\] is docker:29-dind. A Docker daemon cannot run in a job's pod: .* buildah or kaniko/,
      ),
    ]);
  });

  test('does not reject a user twice who is none', () => {
    const image = { ...sampleImage, name: 'ruby', kubernetesUser: 'root' };

    expect(planOrRejection({ ...job, image }, samplePolicy)).toMatchObject({ findings: [{ kind: 'user' }] });
  });

  test('notes what it leaves out or decides otherwise, of whatever kind', () => {
    const { notes, warnings } = planJob({
      job: {
        ...job,
        image: { ...job.image!, dockerPlatform: 'linux/arm64' },
        variables: [variable('DOCKER_AUTH_CONFIG', 'no JSON'), variable('KUBERNETES_CPU_LIMIT', '4')],
      },
      policy: {
        ...samplePolicy,
        enforced_security_context: { ...samplePolicy.enforced_security_context, runAsUser: 1000 },
      },
      runnerVersion: '19.4.0',
    });

    expect(notes).toEqual([
      "image:docker:platform is left out: the cluster's nodes decide the platform.",
      "The build container runs with runAsUser 1000, not 2000 as `image:kubernetes:user` asks: the runner's policy decides it (`enforced_security_context.runAsUser`).",
      expect.stringMatching(/^KUBERNETES_CPU_LIMIT has no effect: /),
    ]);
    expect(warnings).toEqual([
      'Credentials in the variable DOCKER_AUTH_CONFIG are left out: it is not JSON.',
    ]);
  });

  test("takes what GitLab Runner reports of the job's credentials, and lets it refuse another place", () => {
    const given = { job, policy: samplePolicy, runnerVersion: '19.4.0' };
    const dockerAuthConfig = JSON.stringify({ auths: { 'r.example.com': { auth: 'dTpw' } } });

    expect(planJob({ ...given, reported: { dockerAuthConfig } }).credentials.entries).toHaveLength(1);
    expect(planJob({ ...given, reported: { clonePath: '/builds/group/project' } }).projectDirectory).toBe(
      '/builds/group/project',
    );
    expect(() => planJob({ ...given, reported: { clonePath: '/builds/x' } })).toThrow(Rejection);
  });

  test('names in its pod the secrets that it makes for it, and no other', () => {
    const services = [{ ...sampleService, name: 'postgres:17', variables: [variable('PASSWORD', 's3cret')] }];
    const registryCredentials = [{ registry: 'r.example.com', username: 'u', password: 'p' }];
    const variables = [variable('CI', 'true')];
    const { pod, secrets } =
      objectsOf({ ...job, services, registryCredentials, variables }, samplePolicy) ?? expect.fail();
    const named = JSON.stringify(pod).match(/"job-1001-k7m2qx4d-[a-z-]+"/g);

    expect(secrets.map(({ metadata }) => metadata.name)).toEqual([
      'job-1001-k7m2qx4d-pull',
      'job-1001-k7m2qx4d-services',
      'job-1001-k7m2qx4d-services-own',
    ]);
    expect(new Set(named)).toEqual(new Set(secrets.map(({ metadata }) => `"${metadata.name}"`)));
    expect(objectsOf(job, samplePolicy)?.secrets).toEqual([]);
  });

  test('takes the next pull policy where one failed', () => {
    const image = { ...sampleImage, name: 'ruby', pullPolicies: ['always', 'never'] };
    const policyOf = (pullAttempts: Record<string, number>) =>
      containerOf(objectsOf({ ...job, image }, samplePolicy, { pullAttempts })!.pod, 'build')[
        'imagePullPolicy'
      ];

    expect([policyOf({}), policyOf({ build: 1 }), policyOf({ build: 2 })]).toEqual([
      'Always',
      'Never',
      'Never',
    ]);
  });

  test('holds the pod to nodes that the helper image is made for, which a profile and the job may choose', () => {
    const arm = { spec: { nodeSelector: { 'kubernetes.io/arch': 'arm64' } } };
    const rule = { when: { project_ids: [42] }, profile: 'arm' };
    const mine = 'mirror.example.org/helper:arm';
    const profiled = (own: object): Policy => ({
      ...samplePolicy,
      rules: [rule],
      profiles: { arm: { pod_template: arm, ...own } },
    });
    const asking = {
      ...job,
      variables: [variable('KUBERNETES_NODE_SELECTOR_A', 'kubernetes.io/arch=s390x')],
    };
    const open = { ...samplePolicy, job_may_set: { node_selector: ['kubernetes.io/arch=*'] } };
    const placeOf = (of: Job, policy: Policy) => {
      const { pod } = objectsOf(of, policy) ?? expect.fail();
      const tag = String(containerOf(pod, 'helper')['image']).split(':').at(-1);
      return [specOf(pod)['nodeSelector'], tag];
    };

    expect(placeOf(job, samplePolicy)).toEqual([{ 'kubernetes.io/arch': 'amd64' }, 'x86_64-v19.4.0']);
    expect(placeOf(job, { ...samplePolicy, pod_template: arm })).toEqual([
      { 'kubernetes.io/arch': 'arm64' },
      'arm64-v19.4.0',
    ]);
    expect(placeOf(job, profiled({}))).toEqual([{ 'kubernetes.io/arch': 'arm64' }, 'arm64-v19.4.0']);
    expect(placeOf(job, profiled({ helper_image: mine }))).toEqual([
      { 'kubernetes.io/arch': 'arm64' },
      'arm',
    ]);
    expect(placeOf(asking, open)).toEqual([{ 'kubernetes.io/arch': 's390x' }, 's390x-v19.4.0']);
    expect(placeOf(asking, samplePolicy)).toEqual([{ 'kubernetes.io/arch': 'amd64' }, 'x86_64-v19.4.0']);
    expect(placeOf(job, { ...samplePolicy, helper_image: mine })).toEqual([undefined, 'arm']);
  });

  test('asks for the version of the API server where something starts beside the helper', () => {
    const needs = (services: Job['services'], policy: Partial<Policy> = {}) =>
      planJob({
        job: { ...job, services },
        policy: { ...samplePolicy, ...policy },
        runnerVersion: '',
      }).needsServerVersion;
    const service = { ...sampleService, name: 'redis:8' };
    const proxy = { spec: { containers: [{ name: 'proxy', image: 'proxy:1' }] } };

    expect(needs([])).toBe(false);
    expect(needs([service])).toBe(true);
    expect(needs([], { pod_template: proxy })).toBe(true);
    expect(needs([service], { user_namespaces: { mode: 'unproven' } })).toBe(false);
  });

  test('proves before services start wherever nobody promised', () => {
    const services = [{ ...sampleService, name: 'redis:8' }];
    const early = (server: { major: number; minor: number } | null) =>
      JSON.stringify(objectsOf({ ...job, services }, samplePolicy, { server })).includes(
        'init-user-namespace',
      );

    expect([early(null), early(serverOf(true)), early(serverOf(false))]).toEqual([true, true, false]);
  });
});

function podOfJob(job: Job, policy: Policy, server = serverOf(false)): PodManifest | null {
  return objectsOf(job, policy, { server })?.pod ?? null;
}

describe('whatever a job says', () => {
  const shipped: Policy = {
    ...samplePolicy,
    default_security_context: shippedDefaultContext,
    enforced_security_context: shippedEnforcedContext,
  };

  test('a pod passes Pod Security restricted under the shipped policy', () => {
    fc.assert(
      fc.property(
        randomJob,
        fc.boolean(),
        fc.constantFrom('v1.25', 'v1.34', 'latest'),
        (job, mayIgnoreHostUsers, version) => {
          const pod = podOfJob(job, shipped, serverOf(mayIgnoreHostUsers));
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
        const enforcedFor = (kind: string | null): SecurityFields => {
          const isBuildsUser = kind === 'helper' || kind === 'init';
          const user = isBuildsUser ? definedUser((enforced['build'] ?? {}) as SecurityFields) : {};
          const own = (kind === null ? {} : (enforced[kind] ?? {})) as SecurityFields;
          const layers = [enforced, own].flatMap((each) => (each['capabilities'] ?? []) as Capabilities[]);
          return {
            ...enforced,
            ...own,
            ...user,
            ...(layers.length > 0 ? { capabilities: mergeCapabilities(layers) } : {}),
          };
        };
        expect(specOf(pod)['securityContext']).toMatchObject(only(enforced, 'pod'));
        for (const container of allContainers(pod)) {
          const context = container['securityContext'] as SecurityFields;
          const kind = kindOf(container.name);
          // What we take from our own init containers is more than what is enforced, never less.
          const { allowPrivilegeEscalation, capabilities, ...plain } = only(enforcedFor(kind), 'container');
          expect(context).toMatchObject(plain);
          if (kind !== 'init' && allowPrivilegeEscalation !== undefined)
            expect(context).toMatchObject({ allowPrivilegeEscalation });
          expectCapabilities(context, capabilities as Capabilities | undefined, kind === 'init');
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

  test('containers have the very images that were judged', () => {
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
        const pod = podOfJob({ ...job, image, services }, policy, serverOf(true));
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
});

const exactly = (names: readonly string[]) =>
  names.map((pattern) => ({ pattern: pattern.replace(/[[\]]/g, '\\$&') }));

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

const definedUser = ({ runAsUser, runAsGroup }: SecurityFields): object => ({
  ...(runAsUser === undefined ? {} : { runAsUser }),
  ...(runAsGroup === undefined ? {} : { runAsGroup }),
});

const userOf = ({ runAsUser, runAsGroup }: SecurityFields): object => ({ runAsUser, runAsGroup });

const allContainers = (pod: PodManifest): readonly Container[] => [
  ...(specOf(pod).initContainers ?? []),
  ...specOf(pod).containers,
];

/** null: a container of the template's own. */
function kindOf(container: string): string | null {
  if (container.startsWith('init-')) return 'init';
  if (container.startsWith('svc-')) return 'services';
  return ['build', 'helper'].find((kind) => kind === container) ?? null;
}

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
