// The shipped ways to run sweep by itself: what they must never ask for, and that they call what there is.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readPolicy } from '../../src/policy/read-policy.ts';
import { checkPodSecurity } from '../../src/security/pod-security.ts';

type Json = Readonly<Record<string, unknown>>;

interface CronJob {
  readonly spec: {
    readonly jobTemplate: {
      readonly spec: { readonly template: Json & { readonly metadata: Json; readonly spec: Json } };
    };
  };
}

const manifests = parseAllDocuments(readFileSync('config/kubernetes/sweep-cronjob.yaml', 'utf8')).map(
  (document) => document.toJS() as Json & { readonly metadata: Readonly<Record<string, string>> },
);

function manifest(kind: string): Json {
  const found = manifests.filter((each) => each['kind'] === kind);
  expect(found).toHaveLength(1);
  return found[0] ?? {};
}

const pod = () => (manifest('CronJob') as unknown as CronJob).spec.jobTemplate.spec.template;

describe('config/kubernetes/sweep-cronjob.yaml', () => {
  it('makes a pod that Pod Security "restricted" admits', () => {
    expect(checkPodSecurity(pod(), 'restricted')).toEqual([]);
  });

  it('makes a pod that no sweep takes for a job', () => {
    expect(Object.keys(pod().metadata['labels'] as object)).toEqual(['app.kubernetes.io/name']);
    expect(manifests.flatMap(({ metadata }) => Object.keys(metadata['labels'] ?? {}))).toEqual([]);
  });

  it('the sweep job may list and delete pods and secrets, and nothing else', () => {
    expect(manifest('Role')['rules']).toEqual([
      { apiGroups: [''], resources: ['pods'], verbs: ['list', 'delete'] },
      { apiGroups: [''], resources: ['secrets'], verbs: ['list', 'delete'] },
    ]);
    expect(manifests.map(({ kind }) => kind)).not.toContain('ClusterRole');
  });

  it('gives the role to its own account, in one namespace', () => {
    const name = 'gitlab-pod-executor-sweep';
    expect(manifest('RoleBinding')).toMatchObject({
      roleRef: { kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: 'ci' }],
    });
    expect(pod().spec['serviceAccountName']).toBe(name);
    expect(manifests.flatMap(({ metadata }) => metadata['namespace'] ?? [])).toEqual([]);
  });

  it('mounts a policy that loads, without notes, for the same namespace', () => {
    const config = manifest('ConfigMap')['data'] as Readonly<Record<string, string>>;
    const { policy, notes } = readPolicy({ text: config['policy.yaml'] ?? '', file: 'policy.yaml' });
    expect(policy.cluster).toEqual({ namespace: 'ci' });
    expect(notes).toEqual([]);
    expect(pod().spec).toMatchObject({
      containers: [
        {
          args: ['sweep', '--policy', '/etc/gitlab-pod-executor/policy.yaml'],
          volumeMounts: [{ name: 'policy', mountPath: '/etc/gitlab-pod-executor', readOnly: true }],
        },
      ],
      volumes: [{ name: 'policy', configMap: { name: 'gitlab-pod-executor-sweep' } }],
    });
  });

  it('never runs beside itself, ends by itself, and has limits', () => {
    const spec = manifest('CronJob')['spec'] as Json;
    expect(spec['concurrencyPolicy']).toBe('Forbid');
    expect(spec['jobTemplate']).toMatchObject({ spec: { activeDeadlineSeconds: 300, backoffLimit: 0 } });
    expect(pod().spec).toMatchObject({
      restartPolicy: 'Never',
      containers: [{ resources: { limits: { memory: '256Mi', 'ephemeral-storage': '64Mi' } } }],
    });
  });
});

describe('config/systemd', () => {
  const read = (name: string) => readFileSync(`config/systemd/gitlab-pod-executor-sweep.${name}`, 'utf8');
  const settings = (name: string): Map<string, string[]> => {
    const found = new Map<string, string[]>();
    for (const [, key = '', value = ''] of read(name).matchAll(/^(\w+)=(.*)$/gm))
      found.set(key, [...(found.get(key) ?? []), value]);
    return found;
  };

  it('runs the installed program where config/runner.toml runs it', () => {
    const command = settings('service').get('ExecStart')?.[0] ?? '';
    const [program = ''] = command.split(' ');
    expect(command).toBe(`${program} sweep --policy /etc/gitlab-pod-executor/policy.yaml`);
    expect(readFileSync('config/runner.toml', 'utf8')).toContain(`cleanup_exec = "${program}"`);
  });

  it.each([
    ['User', 'gitlab-runner'],
    ['CapabilityBoundingSet', ''],
    ['NoNewPrivileges', 'yes'],
    ['ProtectSystem', 'strict'],
    ['ProtectHome', 'read-only'],
    ['PrivateTmp', 'yes'],
    ['PrivateDevices', 'yes'],
    ['RestrictNamespaces', 'yes'],
    ['RestrictSUIDSGID', 'yes'],
    ['RestrictAddressFamilies', 'AF_INET AF_INET6 AF_UNIX'],
    ['UMask', '0077'],
    ['TimeoutStartSec', '5min'],
  ])('the service has %s=%s', (key, value) => {
    expect(settings('service').get(key)).toEqual([value]);
  });

  it('does not forbid what a JavaScript engine needs', () => {
    expect(settings('service').has('MemoryDenyWriteExecute')).toBe(false);
  });

  it('starts the service every ten minutes, spread over several machines', () => {
    expect([...settings('timer')]).toEqual([
      ['Description', ['Sweep what crashed CI jobs left in the cluster, every ten minutes']],
      ['OnBootSec', ['5min']],
      ['OnUnitInactiveSec', ['10min']],
      ['RandomizedDelaySec', ['2min']],
      ['WantedBy', ['timers.target']],
    ]);
  });
});
