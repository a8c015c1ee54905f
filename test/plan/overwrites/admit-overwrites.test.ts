import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Job, JobVariable } from '../../../src/job/job.ts';
import { admitOverwrites, isSettingTaken } from '../../../src/plan/overwrites/admit-overwrites.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { containerOf, sampleJob, samplePolicy, specOf } from '../../pod/sample-job.ts';
import { sampleImage, sampleService } from '../../pod/sample-service.ts';
import { objectsOf } from '../plan-fixture.ts';

const variable = (key: string, value: string, rest: Partial<JobVariable> = {}): JobVariable => ({
  key,
  value,
  isFile: false,
  isPublic: true,
  isMasked: false,
  isRaw: false,
  ...rest,
});

const variables = (of: Readonly<Record<string, string>>): JobVariable[] =>
  Object.entries(of).map(([key, value]) => variable(`KUBERNETES_${key}`, value));

const jobWith = (of: Readonly<Record<string, string>>, rest: Partial<Job> = {}): Job => ({
  ...sampleJob,
  image: { ...sampleImage, name: 'ruby' },
  variables: variables(of),
  ...rest,
});

const policy: Policy = {
  ...samplePolicy,
  job_may_set: {
    build: { requests: { memory: '8Gi' }, limits: { memory: '16Gi', cpu: '8' } },
    helper: { limits: { memory: '2Gi' } },
    service: { limits: { memory: '4Gi' }, requests: { memory: '2Gi' } },
    node_selector: ['kubernetes.io/arch=*'],
    tolerations: ['ci=*:NoSchedule', 'gpu:NoExecute'],
    labels: ['team=*'],
    annotations: ['example.org/*=*'],
    service_account: ['deploy-*'],
  },
};

const findingsOf = (job: Job, of: Policy = policy) =>
  admitOverwrites(job, of).findings.map(({ key, reason, instead }) => `${key}: ${reason} ${instead}`);

describe('admitOverwrites', () => {
  it('gives a job what it asks for within the bounds of the policy, in its pod and in its log', () => {
    const job = jobWith(
      {
        MEMORY_LIMIT: '$SIZE',
        HELPER_MEMORY_LIMIT: '2048Mi',
        SERVICE_MEMORY_LIMIT: '3Gi',
        NODE_SELECTOR_ARCH: 'kubernetes.io/arch=arm64',
        NODE_TOLERATIONS_1: 'ci=large:NoSchedule',
        NODE_TOLERATIONS_2: 'gpu:NoExecute',
        POD_LABELS_1: 'team=a',
        POD_ANNOTATIONS_1: 'example.org/cost=1=2',
        SERVICE_ACCOUNT_OVERWRITE: 'deploy-a',
      },
      {
        services: [
          { ...sampleService, name: 'redis' },
          { ...sampleService, name: 'postgres', variables: variables({ SERVICE_MEMORY_LIMIT: '4Gi' }) },
        ],
      },
    );
    const { pod } =
      objectsOf({ ...job, variables: [...job.variables, variable('SIZE', '12Gi')] }, policy) ?? expect.fail();

    expect(specOf(pod)).toMatchObject({
      nodeSelector: { 'kubernetes.io/arch': 'arm64' },
      serviceAccountName: 'deploy-a',
      automountServiceAccountToken: false,
      tolerations: [
        { key: 'ci', operator: 'Equal', value: 'large', effect: 'NoSchedule' },
        { key: 'gpu', operator: 'Exists', effect: 'NoExecute' },
      ],
    });
    expect(pod['metadata']).toMatchObject({
      labels: { team: 'a' },
      annotations: { 'example.org/cost': '1=2' },
    });
    const memoryOf = (name: string) => (containerOf(pod, name)['resources'] as Limits).limits.memory;
    expect(['build', 'helper', 'svc-0', 'svc-1'].map(memoryOf)).toEqual(['12Gi', '2048Mi', '3Gi', '4Gi']);
    expect(admitOverwrites(job, policy).granted).toContain(
      'memory limit of helper 2048Mi (KUBERNETES_HELPER_MEMORY_LIMIT)',
    );
  });

  it('finds everything that is not as the policy or Kubernetes has it, at once', () => {
    const job = jobWith(
      {
        MEMORY_LIMIT: '32Gi',
        CPU_LIMIT: 'many',
        HELPER_MEMORY_LIMIT: '0',
        NODE_SELECTOR_ZONE: 'zone=a',
        NODE_TOLERATIONS_1: 'ci:NoSchedule',
        POD_LABELS_1: 'team=not a label',
        POD_LABELS_2: 'team',
        POD_LABELS_3: 'gitlab-pod-executor/job-id=7',
        POD_ANNOTATIONS_1: 'io.kubernetes.cri-o.userns-mode=',
        SERVICE_ACCOUNT_OVERWRITE: 'default',
      },
      {
        services: [
          { ...sampleService, name: 'redis', variables: variables({ SERVICE_MEMORY_LIMIT: '5Gi' }) },
        ],
      },
    );

    expect(findingsOf(job)).toMatchInlineSnapshot(`
      [
        "KUBERNETES_MEMORY_LIMIT: This runner lets a job set 16Gi at most (\`job_may_set.build.limits.memory\` of its policy). Write 16Gi or less, or leave it out.",
        "KUBERNETES_CPU_LIMIT: The cpu limit is not a Kubernetes quantity; write one such as 500m, 2, 512Mi or 10Gi. Write an amount of 8 at most.",
        "KUBERNETES_HELPER_MEMORY_LIMIT: The memory limit is 0, which Kubernetes reads as no limit; give an amount, or take the limit away. Write an amount of 2Gi at most.",
        "services[0]:variables:KUBERNETES_SERVICE_MEMORY_LIMIT: This runner lets a job set 4Gi at most (\`job_may_set.service.limits.memory\` of its policy). Write 4Gi or less, or leave it out.",
        "KUBERNETES_NODE_SELECTOR_ZONE: No pattern of this runner's policy allows it (\`job_may_set.node_selector\`). Allowed is \`kubernetes.io/arch=*\`, where \`*\` is any text; or leave it out.",
        "KUBERNETES_NODE_TOLERATIONS_1: No pattern of this runner's policy allows it (\`job_may_set.tolerations\`). Allowed is \`ci=*:NoSchedule\`, \`gpu:NoExecute\`, where \`*\` is any text; or leave it out.",
        "KUBERNETES_POD_LABELS_1: In this, the value \`not a label\` is not a value that a label can have: letters, digits, \`-\`, \`_\` and \`.\`, at most 63, beginning and ending with a letter or digit. Write KEY=VALUE as Kubernetes takes it, or leave it out.",
        "KUBERNETES_POD_LABELS_2: It has no \`=\`. Write KEY=VALUE.",
        "KUBERNETES_POD_LABELS_3: In this, \`gitlab-pod-executor/job-id\` is the executor's: pods are found and swept by it. Write KEY=VALUE as Kubernetes takes it, or leave it out.",
        "KUBERNETES_POD_ANNOTATIONS_1: In this, \`io.kubernetes.cri-o.userns-mode\` is another way to ask for a user namespace. Leave it out: hostUsers is false for every job (it breaks the promise that no byte of a job runs without a user namespace that the kernel confirms). Write KEY=VALUE as Kubernetes takes it, or leave it out.",
        "KUBERNETES_SERVICE_ACCOUNT_OVERWRITE: No pattern of this runner's policy allows it (\`job_may_set.service_account\`). Allowed is \`deploy-*\`; or leave it out.",
      ]
    `);
  });

  it("keeps each request at or below its limit: lowers the policy's own, and refuses the job's", () => {
    const lowered = admitOverwrites(jobWith({ MEMORY_LIMIT: '512Mi' }), policy);
    expect(lowered.settings.amounts).toEqual({
      build: { requests: { memory: '512Mi' }, limits: { memory: '512Mi' } },
    });
    expect(lowered.granted).toContain('memory request of build 512Mi, which is its limit');
    expect(findingsOf(jobWith({ MEMORY_REQUEST: '6Gi' }))).toEqual([
      'KUBERNETES_MEMORY_REQUEST: It is more than the memory limit of that container, 4Gi, and Kubernetes refuses such a pod. Write 4Gi or less, or set KUBERNETES_MEMORY_LIMIT too, to 16Gi at most.',
    ]);
    expect(findingsOf(jobWith({ MEMORY_REQUEST: '6Gi', MEMORY_LIMIT: '8Gi' }))).toEqual([]);
    const services = [sampleService, sampleService].map((service) => ({ ...service, name: 'redis' }));
    expect(findingsOf(jobWith({ SERVICE_MEMORY_REQUEST: '2Gi' }, { services }))).toHaveLength(1);
  });

  it('counts what a template says of a container', () => {
    const pod_template = {
      spec: { containers: [{ name: 'build', resources: { limits: { memory: '7Gi' } } }] },
    };
    expect(findingsOf(jobWith({ MEMORY_REQUEST: '6Gi' }), { ...policy, pod_template })).toEqual([]);
    expect(findingsOf(jobWith({ MEMORY_REQUEST: '8Gi' }), { ...policy, pod_template })).toHaveLength(1);
  });

  it('does nothing that the policy does not leave to jobs, and nothing for an empty variable', () => {
    const all = jobWith({
      MEMORY_LIMIT: '1Ti',
      CPU_LIMIT: 'x',
      POD_LABELS_1: 'x',
      SERVICE_ACCOUNT_OVERWRITE: 'root',
    });
    expect(objectsOf(all, samplePolicy)).toEqual(objectsOf(jobWith({}), samplePolicy));
    const none = jobWith({ MEMORY_LIMIT: '', POD_LABELS_1: ' ', CPU_LIMIT: '$NOTHING' });
    expect(objectsOf(none, policy)).toEqual(objectsOf(jobWith({}), policy));
    expect(isSettingTaken('KUBERNETES_POD_LABELS_1', samplePolicy)).toBe(false);
    expect(isSettingTaken('KUBERNETES_POD_LABELS_1', policy)).toBe(true);
  });

  it('takes thirty of a kind, and no long ones', () => {
    const many = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`POD_LABELS_${index}`, 'team=a']),
    );
    expect(findingsOf(jobWith(many))).toEqual([
      'KUBERNETES_POD_LABELS_…: A job can have 30 of them at most. Leave some of them out.',
    ]);
    expect(findingsOf(jobWith({ POD_ANNOTATIONS_1: `example.org/x=${'y'.repeat(1000)}` }))).toHaveLength(1);
  });

  it('lets no variable move anything but amounts, labels, annotations, nodes, tolerations and the account', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'team=a',
        'gitlab-pod-executor/job-id=1',
        '__proto__=x',
        'example.org/a=b',
        '1Gi',
        'deploy-x',
      ),
    );
    const names = Object.keys(variablesByName);
    const plain = objectsOf(jobWith({}), policy) ?? expect.fail();
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), hostile), (of) => {
        const made = objectsOf(jobWith(of), policy);
        fc.pre(made !== null);
        const [one, other] = [made.pod, plain.pod].map(untouchable);
        expect(one).toEqual(other);
      }),
    );
  });
});

/** All of a pod but what a job may set here. */
function untouchable(pod: object): object {
  const { metadata, spec, ...rest } = pod as Pod;
  const own = (entries: object) =>
    Object.fromEntries(
      Object.entries(entries).filter(([key]) => /^gitlab-pod-executor|managed-by$/.test(key)),
    );
  const without = (fields: object, ...names: string[]) =>
    Object.fromEntries(Object.entries(fields).filter(([key]) => !names.includes(key)));
  return {
    ...rest,
    metadata: { ...metadata, labels: own(metadata.labels), annotations: own(metadata.annotations) },
    spec: without(spec, 'nodeSelector', 'tolerations', 'serviceAccountName', 'containers'),
    containers: spec.containers.map((container) => without(container, 'resources')),
  };
}

const variablesByName = {
  MEMORY_LIMIT: '',
  MEMORY_REQUEST: '',
  CPU_LIMIT: '',
  HELPER_MEMORY_LIMIT: '',
  POD_LABELS_1: '',
  POD_ANNOTATIONS_1: '',
  NODE_SELECTOR_1: '',
  NODE_TOLERATIONS_1: '',
  SERVICE_ACCOUNT_OVERWRITE: '',
  NAMESPACE_OVERWRITE: '',
  BEARER_TOKEN: '',
};

interface Limits {
  readonly limits: { readonly memory: string };
}

interface Pod {
  readonly metadata: { readonly labels: object; readonly annotations: object };
  readonly spec: Readonly<Record<string, unknown>> & {
    readonly containers: readonly Record<string, unknown>[];
  };
}
