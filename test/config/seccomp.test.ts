// What lays the filters on nodes: which files, where to, and with how little.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { checkPodSecurity } from '../../src/security/pod-security.ts';

type Json = Readonly<Record<string, unknown>>;
interface Container {
  readonly name: string;
  readonly securityContext: Json;
  readonly volumeMounts?: readonly { readonly name: string; readonly readOnly?: boolean }[];
}
interface PodSpec extends Json {
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly { readonly name: string; readonly hostPath?: { readonly path: string } }[];
}

const folder = 'config/kubernetes/seccomp';
const read = (file: string): string => readFileSync(`${folder}/${file}`, 'utf8');
const daemonSet = parseAllDocuments(read('daemonset.yaml'))
  .map((document) => document.toJS() as Json)
  .find(({ kind }) => kind === 'DaemonSet') as {
  readonly spec: { readonly template: Json & { readonly metadata: Json; readonly spec: PodSpec } };
};
const pod = daemonSet.spec.template;
const { files } = (
  parse(read('kustomization.yaml')) as {
    configMapGenerator: { name: string; files: string[] }[];
  }
).configMapGenerator[0]!;

test('the files lie where the policy names them', () => {
  const named = [
    ...readFileSync('config/policies/image-build.yaml', 'utf8').matchAll(/localhostProfile: ([\w./-]+)/g),
  ].map(([, path = '']) => path);
  const paths = pod.spec.volumes.flatMap(({ hostPath }) => hostPath?.path ?? []);

  expect(paths).toEqual(['/var/lib/kubelet/seccomp/gitlab-pod-executor']);
  expect(named.length).toBeGreaterThan(0);
  for (const path of named) expect(files.map((file) => `gitlab-pod-executor/${file}`)).toContain(path);
  for (const file of files) expect(() => JSON.parse(read(file)) as unknown).not.toThrow();
});

test('Pod Security finds nothing in the pod but the folder of the node, and the root that owns it', () => {
  const checks = (level: 'baseline' | 'restricted') => checkPodSecurity(pod, level).map(({ check }) => check);

  expect(checks('baseline')).toEqual(['hostPathVolumes']);
  expect(checks('restricted').sort()).toEqual(['restrictedVolumes', 'runAsNonRoot', 'runAsUser']);
  expect(pod.spec['automountServiceAccountToken']).toBe(false);
});

test('only the container that ends at once is root, and sees the node', () => {
  const [write] = pod.spec.initContainers;
  const [idle] = pod.spec.containers;

  expect(write?.securityContext).toMatchObject({
    capabilities: { drop: ['ALL'] },
    readOnlyRootFilesystem: true,
  });
  expect(write?.volumeMounts?.map(({ name }) => name)).toEqual(['files', 'node']);
  expect(idle?.securityContext).toMatchObject({ runAsUser: 65534, runAsNonRoot: true });
  expect(idle?.volumeMounts).toBeUndefined();
});
