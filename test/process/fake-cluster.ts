// An API server that keeps pods in a map, starts none of them, and refuses what a test wants refused.
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { json, type Received, refuse, startFakeServer } from '../cluster/kubernetes/fake-api-server.ts';
import { writeKubeconfig } from '../embedded-cluster/kubeconfig.ts';

export interface FakeCluster {
  readonly server: string;
  readonly kubeconfig: string;
  /** `GET pods`, `POST pods` …, in order. */
  readonly requests: readonly string[];
  /** Names of the pods that are there now. */
  readonly pods: () => readonly string[];
  close(): Promise<void>;
}

/** @returns true when it has answered */
export type Refusal = (request: Received, response: ServerResponse) => boolean;

interface StoredPod {
  readonly metadata: { readonly name: string };
}

export async function startFakeCluster(directory: string, refusal: Refusal): Promise<FakeCluster> {
  const pods = new Map<string, StoredPod>();
  const server = await startFakeServer({
    answer: (request, response) => {
      if (!refusal(request, response)) serve(pods, request, response);
    },
  });
  const { connection } = server;
  const kubeconfig = join(mkdtempSync(join(directory, 'fake-')), 'kubeconfig');
  const { certificateAuthority } = connection;
  writeKubeconfig(kubeconfig, {
    server: connection.server,
    certificateAuthorityPem:
      certificateAuthority && 'pem' in certificateAuthority ? certificateAuthority.pem : '',
    namespace: 'ci',
    user: { token: 'a-token' },
  });
  return {
    server: connection.server,
    kubeconfig,
    get requests() {
      return server.received.map(nameOf);
    },
    pods: () => [...pods.keys()],
    close: () => server.close(),
  };
}

/** `POST pods`, `DELETE pods`: without the names, which are random. */
export function nameOf({ method, path }: Pick<Received, 'method' | 'path'>): string {
  return `${method} ${path.replace(/^\/api\/v1\/namespaces\/ci\//, '').replace(/\/.*/, '')}`;
}

function serve(pods: Map<string, StoredPod>, request: Received, response: ServerResponse): void {
  if (request.query.has('watch')) {
    // It stays open and brings nothing.
    response.writeHead(200).flushHeaders();
    return;
  }
  const handle = handlers[nameOf(request)];
  if (handle) handle(pods, request, response);
  else refuse(response, 404, 'NotFound', 'nothing is here');
}

const handlers: Readonly<Record<string, typeof serve>> = {
  'GET pods': (pods, { path }, response) => {
    const [, name] = /\/pods\/([^/]+)$/.exec(path) ?? [];
    if (name === undefined) json(response, 200, { kind: 'PodList', metadata, items: [...pods.values()] });
    else sendPod(response, pods.get(name));
  },
  'GET secrets': (_, __, response) => json(response, 200, { kind: 'SecretList', metadata, items: [] }),
  'GET events': (_, __, response) => json(response, 200, { kind: 'EventList', metadata, items: [] }),
  'POST pods': (pods, { body }, response) => {
    const pod = withIdentity(body as StoredPod);
    pods.set(pod.metadata.name, pod);
    json(response, 201, pod);
  },
  'DELETE pods': (pods, { path }, response) => {
    const name = path.replace(/.*\//, '');
    const pod = pods.get(name);
    pods.delete(name);
    sendPod(response, pod);
  },
};

function sendPod(response: ServerResponse, pod: StoredPod | undefined): void {
  if (pod) json(response, 200, pod);
  else refuse(response, 404, 'NotFound', 'there is no such pod');
}

const metadata = { resourceVersion: '1' };

function withIdentity<T extends StoredPod>(pod: T): T {
  return { ...pod, metadata: { ...pod.metadata, ...metadata, uid: randomUUID() } };
}
