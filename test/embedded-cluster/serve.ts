// The cluster put together, in a process that has the namespaces it needs: store, kubelet, API server, control endpoint.
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Denial } from './api/access-review.ts';
import { startApiServer } from './api/api-server.ts';
import { plainKinds } from './api/resource-kinds.ts';
import { faultCommands } from './fault/commands.ts';
import { startControlServer } from './fault/control-server.ts';
import { createFaultRules } from './fault/fault-rules.ts';
import { createImageStore } from './image/image-store.ts';
import { addStandardImages } from './image/standard-images.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { createEventRecorder } from './kubelet/event-recorder.ts';
import { startKubelet } from './kubelet/kubelet.ts';
import { namespace, nodeName } from './names.ts';
import type { ClusterOptions, SandboxFacts } from './options.ts';
import { type AdmissionHook, admitPod } from './pod/admit-pod.ts';
import { podSecurityHook } from './pod/pod-security.ts';
import { openSandbox } from './sandbox/open-sandbox.ts';
import { namespaceObject, nodeObject } from './store/cluster-objects.ts';
import { startGarbageCollector } from './store/garbage-collector.ts';
import { createStore } from './store/store.ts';
import { createServerIdentity } from './tls/certificate.ts';

const defaultVersion = 'v1.36.3';
const defaultBackOffMs = 1000;
const ownerOnly = 0o600;

/** What the process that started us needs to know. */
export interface Ready {
  readonly port: number;
  readonly controlPort: number;
  readonly controlToken: string;
  readonly token: string;
  readonly certificateAuthorityPem: string;
  readonly sandbox: SandboxFacts;
  readonly hasBusybox: boolean;
}

export type ServeOptions = ClusterOptions &
  Required<Pick<ClusterOptions, 'stateDir' | 'kubeconfigFile' | 'standIn' | 'sandbox'>>;

export async function serve(options: ServeOptions): Promise<{ ready: Ready; stop: () => Promise<void> }> {
  const { stateDir } = options;
  const clock = (): Date => new Date();
  const place = (name: string): string => join(stateDir, name);
  // Whatever an earlier server left that could not clean up: its processes went with its process namespace.
  for (const name of ['pods', 'images', 'crun', 'pipes']) {
    rmSync(place(name), { recursive: true, force: true });
    mkdirSync(place(name), { recursive: true });
  }
  const version = options.kubernetesVersion ?? defaultVersion;
  const images = createImageStore();
  const hasBusybox = addStandardImages(images, {
    directory: place('images'),
    standIn: options.standIn,
    aliases: options.aliases ?? {},
  });
  const sandbox = openSandbox(options.sandbox, { directory: stateDir });
  const store = createStore(clock);
  store.create({ resource: 'namespaces', name: namespace }, namespaceObject(namespace, options.podSecurity));
  store.create({ resource: 'nodes', name: nodeName }, nodeObject(nodeName, version, release()));
  startGarbageCollector(store);
  const rules = createFaultRules();
  const kubelet = startKubelet({
    store,
    images,
    presentImages: new Set(),
    sandbox,
    clock,
    node: nodeName,
    recordEvent: createEventRecorder(store, clock, nodeName),
    podsDirectory: place('pods'),
    reachable: options.reachable ?? [],
    faults: rules.podFaults,
    ignoresHostUsers: options.ignoresHostUsers === 'keeps-field',
    pullBackOffMs: options.pullBackOffMs ?? defaultBackOffMs,
  });
  const identity = createServerIdentity(clock());
  const tokens = new Set([newToken()]);
  const denials: Denial[] = [...(options.denials ?? [])];
  const hooks = await admissionHooks(options, rules.admission);
  const api = await startApiServer({
    identity,
    store,
    kinds: [
      ...plainKinds,
      { resource: 'pods', kind: 'Pod', namespaced: true, admit: (pod) => admitPod(pod, hooks) },
    ],
    kubelet,
    clock,
    kubernetesVersion: version,
    tokens,
    denials,
    execProtocols: options.execProtocols ?? ['v5.channel.k8s.io', 'v4.channel.k8s.io'],
    beforeRequest: rules.beforeRequest,
    onExec: rules.onExec,
  });
  const publish = (token: string): void => {
    const tokenFile = place('token');
    writeFileSync(tokenFile, token, { mode: ownerOnly });
    writeKubeconfig(options.kubeconfigFile, {
      server: `https://127.0.0.1:${api.port}`,
      certificateAuthorityPem: identity.certificateAuthorityPem,
      namespace,
      user: options.credentials === 'token-file' ? { tokenFile } : { token },
    });
  };
  const rotateToken = (updateFiles: boolean): string => {
    const token = newToken();
    tokens.clear();
    tokens.add(token);
    if (updateFiles) publish(token);
    return token;
  };
  const [token = ''] = tokens;
  publish(token);
  const controlToken = newToken();
  const controlPort = await startControlServer({
    identity,
    token: controlToken,
    commands: faultCommands({ rules, api, store, kubelet, denials, rotateToken }),
  });
  const { kind, provesUserNamespace } = sandbox;
  return {
    ready: {
      port: api.port,
      controlPort,
      controlToken,
      token,
      certificateAuthorityPem: identity.certificateAuthorityPem,
      sandbox: { kind, provesUserNamespace },
      hasBusybox,
    },
    async stop() {
      await api.goAway();
      await kubelet.stop();
    },
  };
}

async function admissionHooks(options: ServeOptions, faults: AdmissionHook): Promise<AdmissionHook[]> {
  const { podSecurity, ignoresHostUsers, admissionModule } = options;
  const own = admissionModule
    ? ((await import(pathToFileURL(admissionModule).href)) as { readonly admit: AdmissionHook }).admit
    : null;
  return [
    faults,
    ...(ignoresHostUsers === 'drops-field' ? [dropHostUsers] : []),
    ...(own ? [own] : []),
    ...(podSecurity === 'restricted' ? [podSecurityHook] : []),
  ];
}

function dropHostUsers(pod: Record<string, unknown>): Record<string, unknown> {
  const spec = { ...(pod['spec'] as Record<string, unknown>) };
  delete spec['hostUsers'];
  return { ...pod, spec };
}

const newToken = (): string => randomBytes(24).toString('base64url');
