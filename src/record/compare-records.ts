// What a changed policy would do to jobs of the past: which of them it would newly refuse, and which newly admit, by the names of their
// images. Each name is evaluated once for all projects to which the same rules apply.
import { appliesTo } from '../admission/allow-list.ts';
import { createEvaluator, type Evaluator } from '../admission/evaluate.ts';
import type { Policy } from '../policy/policy.ts';
import { type RecordedImage, type RecordedJob, recordVersion } from './job-record.ts';

/** An image that the policy treats otherwise than the one that was in force. */
export interface ChangedName {
  readonly image: string;
  readonly kind: RecordedImage['kind'];
  readonly change: 'refused' | 'admitted';
  /** The new policy's reason, a whole sentence. */
  readonly reason: string;
  readonly jobs: number;
  /** Paths of projects, each once, at most `maxProjects` of them. */
  readonly projects: readonly string[];
  readonly projectCount: number;
}

export interface Comparison {
  /** Jobs with at least one image. */
  readonly jobs: number;
  /** Lines that are no records of jobs. */
  readonly unreadable: number;
  /** Jobs that ran, or could have, and would be refused now; and the other way round. */
  readonly refused: number;
  readonly admitted: number;
  /** The ones with the most jobs first. */
  readonly names: readonly ChangedName[];
}

export interface RecordComparer {
  /** A line of the file. */
  add(line: string): void;
  result(): Comparison;
}

/** Who reads more knows where to look. */
const maxProjects = 5;

interface Counted extends Pick<ChangedName, 'image' | 'kind' | 'change' | 'reason'> {
  jobs: number;
  readonly projects: Set<string>;
}

export function compareRecords(policy: Policy): RecordComparer {
  const evaluatorOf = evaluators(policy);
  const counts = { jobs: 0, unreadable: 0, refused: 0, admitted: 0 };
  const names = new Map<string, Counted>();
  return {
    add: (line) => {
      const read = readRecord(line);
      if (read === null) {
        if (line.trim() !== '') counts.unreadable += 1;
        return;
      }
      const { job, images } = read;
      counts.jobs += 1;
      const now = images.map((image) => evaluatorOf(job)(image, policy));
      const wasAllowed = images.every(({ allowed }) => allowed);
      const isAllowed = now.every(({ allowed }) => allowed);
      if (wasAllowed && !isAllowed) counts.refused += 1;
      if (!wasAllowed && isAllowed) counts.admitted += 1;
      for (const [index, image] of images.entries()) {
        const verdict = now[index];
        if (verdict !== undefined && verdict.allowed !== image.allowed) count(names, image, verdict, job);
      }
    },
    result: () => ({
      ...counts,
      names: [...names.values()]
        .sort((one, other) => other.jobs - one.jobs || one.image.localeCompare(other.image))
        .map(({ projects, ...rest }) => ({
          ...rest,
          projects: [...projects].slice(0, maxProjects),
          projectCount: projects.size,
        })),
    }),
  };
}

interface NameVerdict {
  readonly allowed: boolean;
  readonly reason: string;
}

function count(
  names: Map<string, Counted>,
  { asked, kind }: RecordedImage,
  { allowed, reason }: NameVerdict,
  { project }: RecordedJob,
): void {
  const change = allowed ? 'admitted' : 'refused';
  const key = `${change} ${kind} ${asked} ${reason}`;
  const found = names.get(key) ?? {
    image: asked,
    kind,
    change,
    reason,
    jobs: 0,
    projects: new Set<string>(),
  };
  found.jobs += 1;
  found.projects.add(project.path);
  names.set(key, found);
}

type Evaluate = (image: RecordedImage, policy: Policy) => NameVerdict;

/** By project; those to whom the same rules apply share one, with what it found. */
function evaluators(policy: Policy): (job: RecordedJob) => Evaluate {
  const byProject = new Map<string, Evaluate>();
  const byRules = new Map<string, Evaluate>();
  return ({ project, protected: isRefProtected }) => {
    const key = `${project.id} ${String(isRefProtected)} ${project.namespace_id ?? ''} ${project.path}`;
    const known = byProject.get(key);
    if (known !== undefined) return known;
    const facts = { id: project.id, path: project.path, namespaceId: project.namespace_id, isRefProtected };
    const rules = policy.rules.map(({ when }) => (appliesTo(when, facts) ? '1' : '0')).join('');
    const evaluate = byRules.get(rules) ?? remembering(createEvaluator(policy, facts));
    byRules.set(rules, evaluate);
    byProject.set(key, evaluate);
    return evaluate;
  };
}

function remembering(evaluator: Evaluator): Evaluate {
  const known = new Map<string, NameVerdict>();
  return ({ asked, kind }, policy) => {
    const key = `${kind} ${asked}`;
    const found = known.get(key) ?? evaluateAsked(asked, kind, evaluator, policy);
    known.set(key, found);
    return found;
  };
}

function evaluateAsked(
  asked: string,
  kind: RecordedImage['kind'],
  evaluator: Evaluator,
  { default_image }: Policy,
): NameVerdict {
  if (asked !== '') {
    const { allowed, reason } = evaluator(asked, kind);
    return { allowed, reason: reason.text };
  }
  const allowed = default_image !== undefined;
  return { allowed, reason: allowed ? 'There is a default image.' : 'There is no default image.' };
}

/** Begins each record, and stands in no text of one, where its quotes would be escaped. */
const start = '{"record":';

/** All that is asked stands before this key; what follows is most of a record. */
const rest = ',"findings":';

interface ReadRecord {
  readonly job: RecordedJob;
  readonly images: readonly RecordedImage[];
}

/** null: it is none. A disk that was full leaves a part of a line, and the next record behind it. */
function readRecord(line: string): ReadRecord | null {
  const at = line.lastIndexOf(start);
  if (at < 0) return null;
  const end = line.indexOf(rest, at);
  try {
    const read: unknown = JSON.parse(end < 0 ? line.slice(at) : `${line.slice(at, end)}}`);
    return isRecord(read) ? read : null;
  } catch {
    return null;
  }
}

function isRecord(read: unknown): read is ReadRecord {
  const { record, job, images } = asObject(read);
  const { id, path } = asObject(asObject(job)['project']);
  if (record !== recordVersion || typeof id !== 'number' || typeof path !== 'string') return false;
  return Array.isArray(images) && images.length > 0 && images.every(isImage);
}

function isImage(image: unknown): boolean {
  const { asked, kind, allowed } = asObject(image);
  return (
    typeof asked === 'string' && typeof allowed === 'boolean' && (kind === 'image' || kind === 'service')
  );
}

const asObject = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
