// Who the job's processes are, read while it runs: inside the pod by an exec of our own, outside from the node's /proc.
import type { Cluster } from '../src/cluster/cluster.ts';
import type { Place } from './demo-place.ts';

export interface Evidence {
  readonly pod: string;
  readonly node: string;
  readonly inside: Identity;
  /** null: the node's /proc cannot be read from here. */
  readonly outside: Identity | null;
}

export interface Identity {
  readonly uid: number;
  /** One line of /proc/PID/uid_map: from inside, from outside, how many. */
  readonly uidMap: string;
}

/** Resolves to null when the job has no pod. */
export async function gatherEvidence(place: Place, jobId: number): Promise<Evidence | null> {
  const [pod] = await place.client.listPods(`gitlab-pod-executor/job-id=${jobId}`);
  if (!pod) return null;
  const { name } = pod.metadata;
  const outside = await place.hostProcess(name);
  return {
    pod: name,
    node: pod.spec.nodeName ?? 'its node',
    inside: await readInside(place.client, name),
    outside: outside && { uid: outside.uid, uidMap: oneLine(outside.uidMap) },
  };
}

async function readInside(client: Cluster, pod: string): Promise<Identity> {
  const chunks: Uint8Array[] = [];
  const end = await client.exec({
    pod,
    container: 'build',
    command: ['sh', '-c', 'id -u; cat /proc/self/uid_map'],
    stdin: new Uint8Array(),
    stdout: (chunk) => void chunks.push(Uint8Array.from(chunk)),
    stderr: () => undefined,
  });
  if (end.kind !== 'exited' || end.code !== 0)
    throw new Error(`cannot look into the pod: ${JSON.stringify(end)}`);
  const [uid = '', ...map] = Buffer.concat(chunks).toString('utf8').split('\n');
  return { uid: Number(uid), uidMap: oneLine(map.join('\n')) };
}

function oneLine(text: string): string {
  return text
    .trim()
    .replace(/\s*\n\s*/g, '; ')
    .replace(/[ \t]+/g, ' ');
}
