// The shipped image and values for a runner in a pod: that their parts agree with each other and with the program.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { version } from '../../cmd/version.ts';

interface Mount {
  readonly name: string;
  readonly mountPath: string;
}

interface Values {
  readonly serviceAccount: { readonly name: string };
  readonly envVars: readonly { readonly name: string; readonly value: string }[];
  readonly volumes: readonly { readonly name: string; readonly emptyDir?: unknown }[];
  readonly volumeMounts: readonly Mount[];
  readonly preEntrypointScript: string;
  readonly runners: { readonly executor: string; readonly config: string };
}

interface InitContainer {
  readonly image: string;
  readonly command: readonly string[];
  readonly volumeMounts: readonly Mount[];
}

interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: unknown;
  readonly subjects?: readonly { readonly name: string; readonly namespace: string }[];
}

const read = (path: string): string => readFileSync(path, 'utf8');
const objectsOf = (path: string): KubernetesObject[] =>
  parseAllDocuments(read(path)).map((document) => document.toJS() as KubernetesObject);

const values = parse(read('config/container/helm-values.yaml')) as Values;
const patch = parse(read('config/container/init-container.yaml')) as {
  readonly spec: {
    readonly template: {
      readonly spec: { automountServiceAccountToken: boolean; initContainers: readonly InitContainer[] };
    };
  };
};
const [init] = patch.spec.template.spec.initContainers;

/** `run_exec = "…"` and the like; a timeout may stand in one of them alone. */
const callsOf = (toml: string): string[] =>
  [...toml.matchAll(/^ *(\w+_(?:exec|args) = .*)$/gm)].map(([, line = '']) => line);

describe('config/container', () => {
  it('calls the stages as config/runner.toml does', () => {
    const calls = callsOf(values.runners.config);
    expect(calls).toHaveLength(8);
    expect(calls).toEqual(callsOf(read('config/runner.toml')));
  });

  it('gives the resident a directory in memory that it may write', () => {
    const path = values.envVars.find(({ name }) => name === 'GITLAB_POD_EXECUTOR_RESIDENT')?.value;
    const mount = values.volumeMounts.find(({ mountPath }) => mountPath === path);
    const volume = values.volumes.find(({ name }) => name === mount?.name);
    expect(volume?.emptyDir).toMatchObject({ medium: 'Memory' });
  });

  it('starts the wrapper that the image brings, and does not wait for it', () => {
    expect(values.preEntrypointScript.trim()).toMatch(/ \/opt\/gitlab-pod-executor\/serve-beside\.sh &$/);
    expect(read('scripts/package/oci-image.ts')).toContain("'config/container/serve-beside.sh'");
  });

  it('copies the executor into the volume that the runner has it from', () => {
    const runners = values.volumeMounts.find(({ mountPath }) => mountPath === '/opt/gitlab-pod-executor');
    const copied = init?.volumeMounts.find(({ name }) => name === runners?.name);
    expect(runners).toBeDefined();
    expect(init?.command.at(-1)).toContain(`cp -R ${runners?.mountPath}/. ${copied?.mountPath}/`);
    expect(values.volumes.find(({ name }) => name === runners?.name)?.emptyDir).toBeDefined();
  });

  it('names the image of this version wherever an image of ours is named', () => {
    const files = ['init-container.yaml', 'helm-values.yaml', 'Dockerfile'].map(
      (name) => `config/container/${name}`,
    );
    const named = [...files, 'config/kubernetes/sweep-cronjob.yaml'].flatMap((file) =>
      [...read(file).matchAll(/[\w./-]+\/gitlab-pod-executor:([\w.-]+)/g)].map(([, tag]) => tag),
    );
    expect(named.length).toBeGreaterThanOrEqual(4);
    expect(new Set(named)).toEqual(new Set([version]));
  });

  it('gives the runner the account, and the account the rights that config/rbac.yaml explains', () => {
    const inside = objectsOf('config/container/rbac.yaml');
    const kind = (name: string, objects = inside) => objects.find((object) => object.kind === name);
    expect(kind('Role')?.rules).toEqual(kind('Role', objectsOf('config/rbac.yaml'))?.rules);
    expect(kind('Role')?.metadata.namespace).toBe(kind('RoleBinding')?.metadata.namespace);
    expect(kind('RoleBinding')?.subjects).toEqual([
      { kind: 'ServiceAccount', ...kind('ServiceAccount')?.metadata },
    ]);
    expect(values.serviceAccount.name).toBe(kind('ServiceAccount')?.metadata.name);
    expect(patch.spec.template.spec.automountServiceAccountToken).toBe(true);
  });
});
