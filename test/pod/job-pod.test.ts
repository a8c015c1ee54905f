import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import {
  buildCommand,
  helperCommand,
  makeDirectoryCommand,
  proofCommand,
} from '../../src/in-container/process-one.ts';
import { buildJobPod } from '../../src/pod/job-pod.ts';
import { admittedImage, admittedJob, admittedService, podOf, sampleJob, samplePolicy } from './sample-job.ts';

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
  const security = {
    pod: { context: {}, decisions: {} },
    containers: {},
    overridden: [],
    contradictions: [],
  };
  const build = () =>
    buildJobPod({
      admitted: admittedJob(),
      policy: samplePolicy,
      security,
      random: 'k7m2qx4d',
      now: new Date(0),
      mustProveUserNamespace: true,
      mayIgnoreHostUsers: false,
    });

  expect(build).toThrow('No security context was resolved for container "build"');
});

test('caps the deadline at what Kubernetes takes', () => {
  const pod = podOf({ admitted: admittedJob({ job: { ...sampleJob, timeoutSeconds: 2 ** 40 } }) });

  expect(pod).toMatchObject({ spec: { activeDeadlineSeconds: 2_147_483_647 } });
});

describe('a pod with a lasting workspace', () => {
  const claim = { name: 'workspace-a-1', key: 'a' };

  test('has its files looked at by their root alone, unless the operator says otherwise', () => {
    const policy = { ...samplePolicy, default_security_context: { fsGroup: 1000 } };
    const always = { ...policy, default_security_context: { fsGroup: 1000, fsGroupChangePolicy: 'Always' } };
    const changeOf = (pod: object): unknown =>
      (pod as { spec: { securityContext: Record<string, unknown> } }).spec.securityContext[
        'fsGroupChangePolicy'
      ];
    expect(changeOf(podOf({ policy, claim }))).toBe('OnRootMismatch');
    expect(changeOf(podOf({ policy: always, claim }))).toBe('Always');
    expect(changeOf(podOf({ policy }))).toBeUndefined();
  });
});
