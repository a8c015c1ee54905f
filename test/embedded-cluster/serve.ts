// The cluster put together, in a process that has the namespaces it needs: store, kubelet, API server, control endpoint.
import { mkdirSync, rmSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { newToken, publishToken } from './access-files.ts';
import type { Denial } from './api/access-review.ts';
import { startApiServer } from './api/api-server.ts';
import { plainKinds } from './api/resource-kinds.ts';
import { controlCommands } from './fault/control-commands.ts';
import { startControlServer } from './fault/control-server.ts';
import { createFaultRules, type FaultRules } from './fault/fault-rules.ts';
import { createImageStore, type ImageStore } from './image/image-store.ts';
import { addStandardImages } from './image/standard-images.ts';
import { createEventRecorder } from './kubelet/event-recorder.ts';
import { type Kubelet, startKubelet } from './kubelet/kubelet.ts';
import { namespace, nodeName } from './names.ts';
import type { ClusterOptions, SandboxFacts } from './options.ts';
import manifest from './package.json' with { type: 'json' };
import { admissionHooks } from './pod/admission-hooks.ts';
import { admitPod } from './pod/admit-pod.ts';
import { openSandbox } from './sandbox/open-sandbox.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { namespaceObject, nodeObject } from './store/cluster-objects.ts';
import { startGarbageCollector } from './store/garbage-collector.ts';
import { createStore, type Store } from './store/store.ts';
import { createServerIdentity } from './tls/certificate.ts';

const defaultVersion = `v${manifest.conformance.kubernetes}`;
const defaultBackOffMs = 1000;
/** Below the state directory, made afresh at each start. */
const directories = ['pods', 'claims', 'images', 'crun', 'pipes'];

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
  const place = (name: string): string => join(options.stateDir, name);
  sweep(options.stateDir);
  for (const name of directories) mkdirSync(place(name));
  const {
    standIn,
    aliases = {},
    imageVariants: variants = {},
    kubernetesVersion: version = defaultVersion,
  } = options;
  const images = createImageStore();
  const hasBusybox = addStandardImages(images, { directory: place('images'), standIn, aliases, variants });
  const sandbox = openSandbox(options.sandbox, { directory: options.stateDir });
  const store = createStore(clock);
  store.create({ resource: 'namespaces', name: namespace }, namespaceObject(namespace, options.podSecurity));
  store.create({ resource: 'nodes', name: nodeName }, nodeObject(nodeName, version, release()));
  startGarbageCollector(store);
  const rules = createFaultRules();
  const kubelet = kubeletOf(options, { store, images, sandbox, rules });

  const identity = createServerIdentity(clock());
  const { certificateAuthorityPem } = identity;
  const hooks = await admissionHooks(options, {
    injected: rules.admission,
    kubernetesVersion: version,
  });
  const tokens = new Set<string>();
  const denials: Denial[] = [...(options.denials ?? [])];
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
  const rotateToken = publishToken(tokens, {
    server: `https://127.0.0.1:${api.port}`,
    certificateAuthorityPem,
    kubeconfigFile: options.kubeconfigFile,
    tokenFile: place('token'),
    credentials: options.credentials ?? 'token',
  });
  const controlToken = newToken();
  const imagesDirectory = place('images');
  const parts = { rules, api, store, kubelet, denials, rotateToken, images, imagesDirectory };
  const controlPort = await startControlServer({
    identity,
    token: controlToken,
    commands: controlCommands(parts),
  });
  const { kind, provesUserNamespace, whyNoMemoryLimits } = sandbox;
  return {
    ready: {
      port: api.port,
      controlPort,
      controlToken,
      certificateAuthorityPem,
      hasBusybox,
      token: rotateToken(true),
      sandbox: { kind, provesUserNamespace, whyNoMemoryLimits },
    },
    async stop() {
      await api.goAway();
      await kubelet.stop();
      await sandbox.close();
      sweep(options.stateDir);
    },
  };
}

const clock = (): Date => new Date();

/** What a server leaves that could not clean up are files only: its mounts and processes went with its namespaces. */
function sweep(stateDir: string): void {
  for (const name of directories) rmSync(join(stateDir, name), { recursive: true, force: true });
}

function kubeletOf(
  options: ServeOptions,
  parts: { store: Store; images: ImageStore; sandbox: Sandbox; rules: FaultRules },
): Kubelet {
  const { store, images, sandbox, rules } = parts;
  return startKubelet({
    store,
    images,
    presentImages: new Set(),
    sandbox,
    clock,
    node: nodeName,
    recordEvent: createEventRecorder(store, clock, nodeName),
    podsDirectory: join(options.stateDir, 'pods'),
    claimsDirectory: join(options.stateDir, 'claims'),
    reachable: options.reachable ?? [],
    faults: rules.podFaults,
    ignoresHostUsers: options.ignoresHostUsers === 'keeps-field',
    pullBackOffMs: options.pullBackOffMs ?? defaultBackOffMs,
    seccompDirectory: options.seccompDirectory ?? null,
  });
}
