// What a showing of the demo has proved: each claim from something that was measured or found, and what was found instead.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobResult } from '../test/model-runner/result.ts';
import type { Evidence } from './demo-evidence.ts';
import type { Place } from './demo-place.ts';

export interface Proof {
  readonly claim: string;
  /** null: it holds. */
  readonly fault: string | null;
}

export const prove = (claim: string, holds: boolean, fault: string): Proof => ({
  claim,
  fault: holds ? null : fault,
});

/** `passwd`: who there is on the machine of the node, or an empty text where that is another one. */
export function proveUserNamespace({ inside, outside, node }: Evidence, passwd: string): Proof {
  const [from = 0, to = 0] = inside.uidMap.split(' ').map(Number);
  const onNode = outside?.uid ?? to - from + inside.uid;
  const users = passwd.split('\n').map((line) => line.split(':'));
  const owner = users.find(([, , uid]) => uid === `${onNode}`)?.[0];
  const nobodys = passwd === '' ? '' : ', which no user of it has';
  return prove(
    `own user namespace: uid ${inside.uid} in the pod is ${onNode} on ${node}${nobodys}`,
    onNode !== inside.uid && owner === undefined,
    `its uid ${inside.uid} is ${onNode} on ${node}${owner === undefined ? '' : `, who is ${owner}`}`,
  );
}

/** @param inside a path that an archive must have */
export function proveArtifact({ artifacts }: JobResult, inside: string): Proof {
  const [artifact] = artifacts;
  // A zip file has the names of what is in it as they are.
  const hasIt = artifact !== undefined && readFileSync(artifact.path).includes(inside);
  return prove(
    `artifact arrived: ${artifact?.name} with ${inside} in it`,
    hasIt,
    artifact === undefined ? 'its artifact did not arrive' : `its artifact has no ${inside}`,
  );
}

/** Cleanup does not wait for a pod's end; this does, for so long. */
const goneSeconds = 60;

export async function provePodGone(
  { client, namespace }: Place,
  { jobId, hadPod }: { readonly jobId: number; readonly hadPod: boolean },
): Promise<Proof> {
  let left = 0;
  for (let second = 0; second < goneSeconds; second += 1) {
    left = (await client.listPods(`gitlab-pod-executor/job-id=${jobId}`)).length;
    if (left === 0) break;
    await sleep(1000);
  }
  const what = hadPod ? 'pod gone' : 'no pod was made';
  return prove(`${what}: namespace ${namespace} has none of this job`, left === 0, 'its pod is still there');
}
