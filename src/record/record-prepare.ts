// Makes the notes of a job's record while it is prepared, from what prepare tells whoever counts.
import { Rejection } from '../admission/rejection.ts';
import type { Policy } from '../policy/policy.ts';
import type { StageEvent, StageIo } from '../stage/stage-io.ts';
import { recordedFindings, recordedImages, recordedJob } from './job-facts.ts';
import { type RecordedImage, recordedText } from './job-record.ts';
import { type RecordNotes, timeStage, writeNotes } from './record-notes.ts';

/** Prepares as it is, where the policy wants no record. Its events go on to `io.observe`. */
export async function recordPrepare(
  io: StageIo,
  policy: Policy,
  work: (io: StageIo) => Promise<void>,
): Promise<void> {
  const to = policy.job_records?.to ?? null;
  const isTraced = policy.tracing === 'gitlab';
  if (to === null && !isTraced) return work(io);
  const seen: StageEvent[] = [];
  const observe = (event: StageEvent): void => {
    seen.push(event);
    io.observe?.(event);
  };
  await timeStage(
    { stage: 'prepare' },
    () => work({ ...io, observe }),
    async (stage, error) => {
      const facts = factsOf(seen, policy);
      if (facts === null) return;
      const findings = error instanceof Rejection ? recordedFindings(error.findings) : [];
      const tracing = isTraced ? (find(seen, 'job-read')?.job.tracing ?? null) : null;
      if (to === null && tracing === null) return;
      await writeNotes(io, { version: 1, to, tracing, ...facts, findings, stages: [stage] });
    },
  );
}

/** null: the job was not even read. */
function factsOf(
  seen: readonly StageEvent[],
  policy: Policy,
): Omit<RecordNotes, 'version' | 'to' | 'tracing' | 'findings' | 'stages'> | null {
  const read = find(seen, 'job-read');
  if (read === undefined) return null;
  const ready = find(seen, 'pod-ready');
  return {
    job: recordedJob(read.job),
    policy: policy.hash,
    profile: find(seen, 'planned')?.profile ?? null,
    images: withDigests(recordedImages(read.job, policy), seen),
    pod: ready === undefined ? null : podOf(ready),
  };
}

type Ready = Extract<StageEvent, { kind: 'pod-ready' }>;

function podOf({ pod, node, uid, uidMap, seconds, workspace }: Ready): RecordNotes['pod'] {
  return {
    name: pod,
    node: node === null ? null : recordedText(node),
    uid: recordedText(uid),
    uid_map: recordedText(uidMap),
    ready_seconds: Math.round(seconds * 1000) / 1000,
    workspace,
  };
}

function withDigests(
  images: readonly RecordedImage[],
  seen: readonly StageEvent[],
): readonly RecordedImage[] {
  const pinned = seen.filter((event) => event.kind === 'image-pinned');
  return images.map((image) => {
    const found = pinned.find(({ container }) => container === image.container);
    return found === undefined ? image : { ...image, digest: found.digest, signed_by: found.signedBy };
  });
}

function find<Kind extends StageEvent['kind']>(
  seen: readonly StageEvent[],
  kind: Kind,
): Extract<StageEvent, { kind: Kind }> | undefined {
  return seen.findLast((event): event is Extract<StageEvent, { kind: Kind }> => event.kind === kind);
}
