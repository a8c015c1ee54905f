// Shows the pod that a job would get, without asking a cluster.
import { stripVTControlCharacters } from 'node:util';
import sampleJob from '../config/sample-job.json' with { type: 'json' };
import { formatRejection } from '../src/admission/explain/rejection-message.ts';
import { Rejection } from '../src/admission/rejection.ts';
import { readTextFile } from '../src/files/read-file-to-end.ts';
import type { Job } from '../src/job/job.ts';
import { readJob } from '../src/job/read-job.ts';
import { SystemFailure } from '../src/outcome/system-failure.ts';
import type { JobPlan } from '../src/plan/job-plan.ts';
import { promisedSince } from '../src/plan/namespace-proof.ts';
import { planJob } from '../src/plan/plan-job.ts';
import type { UsedClaim } from '../src/pod/containers/workspace.ts';
import { explainAsJson, explainAsYaml } from '../src/pod/explain-pod.ts';
import type { Policy } from '../src/policy/policy.ts';
import type { PinnedImage } from '../src/stage/prepare/pin/pin-images.ts';
import { plainLine, plainText } from '../src/text/plain-text.ts';
import { wantedWorkspace } from '../src/workspace/wanted-workspace.ts';
import type { CommandIo } from './command/command-io.ts';
import { type CommandInput, defineCommand } from './command/define-command.ts';
import { policyOption } from './command/shared-options.ts';
import { UsageError } from './command/usage-error.ts';
import { policyPath, readPolicyFile } from './policy-file.ts';
import { loadRegistries } from './stages/load-registries.ts';

const rejected = 1;

/** Stands where every attempt has its own eight letters. */
const exampleRandom = 'printpod';

/** The newest that does not promise user namespaces. */
const oldServer = { ...promisedSince, minor: promisedSince.minor - 1 };

const options = {
  job: {
    value: 'FILE',
    help: 'the job as GitLab Runner wrote it: the file that JOB_RESPONSE_FILE names in a stage, or one made after config/sample-job.json',
  },
  sample: { help: 'config/sample-job.json as the job: an unprotected branch, debian:12, no service' },
  image: { value: 'NAME', help: 'the job with this image' },
  policy: policyOption,
  json: {
    help: 'one JSON object: {manifest, pinned, setByJob, sources, overridden, podSecurity}, {rejection} of a rejected job, or {failure}',
  },
  'runner-version': {
    value: 'VERSION',
    help: 'GitLab Runner\'s, for the default helper image (19.4.0); "latest" unless given',
  },
  resolve: {
    help: 'where the policy asks for digests or signatures, ask the registries for them, as prepare does; without image_pull_secrets, which are in the cluster',
  },
  'old-cluster': { help: 'as for an API server before 1.33, which does not promise user namespaces' },
} as const;

type Asked = CommandInput<typeof options>['options'];

export const printPod = defineCommand({
  name: 'print-pod',
  audience: ['operators'],
  summary: 'show the pod that a job would get, and why.',
  usage: [
    'print-pod [options] --job FILE   the pod of a job',
    'print-pod [options] --sample     the pod of a sample',
    'print-pod [options] JOB POLICY   by place',
  ],
  about: [
    'It prints YAML that kubectl takes, for instance:',
    `  gitlab-pod-executor print-pod --sample |
    kubectl -n NAMESPACE create --dry-run=server -f -`,
    "It is the pod that prepare makes of this job file. Credentials in the runner's `environment` are in no job file, and so are missing here.",
  ],
  positionals: [
    { name: 'JOB', help: 'as --job' },
    { name: 'POLICY', help: 'as --policy' },
  ],
  options,
  exitCodes:
    '0 here is the pod, 1 the job is rejected, 2 wrong usage, an unreadable job or a policy with mistakes.',
  async run({ options, positionals, io }) {
    const { jobFile, policyFile } = inputs(options, positionals, io);
    const { policy, notes } = readPolicyFile(policyFile);
    const job = withImage(readJob(readJobText(jobFile)), options.image);
    for (const note of notes) io.stderr.write(`${note}\n`);
    const plan = planOrExplain(job, policy, options, io);
    if (!plan) return rejected;
    for (const note of plan.notes) io.stderr.write(`${plainLine(note)}\n`);
    for (const warning of plan.warnings) io.stderr.write(`WARNING: ${plainLine(warning)}\n`);
    const server = options['old-cluster'] ? oldServer : promisedSince;
    const pinned = await pinOrExplain(plan, { policy, resolve: options.resolve, asJson: options.json }, io);
    if (!pinned) return rejected;
    const digests = new Map(pinned.map(({ image, digest }) => [image.canonical, digest]));
    const claim = exampleClaim(plan, io);
    const { pod } = plan.objects({ random: exampleRandom, now: new Date(), server, digests, claim });
    const explained = {
      ...plan,
      pinned: pinned.map(({ image, ...rest }) => ({ ...rest, name: plainLine(image.name) })),
    };
    io.stdout.write((options.json ? explainAsJson : explainAsYaml)(pod, explained));
    return 0;
  },
});

function inputs({ job, sample, policy }: Asked, positionals: readonly string[], { env }: CommandIo) {
  const [jobFile = job, policyFile = policy] = positionals;
  const jobs = [job, positionals[0]].filter((file) => file !== undefined).length + (sample ? 1 : 0);
  if (jobs !== 1 || positionals.length > 2 || (positionals.length === 2 && policy !== undefined))
    throw new UsageError(
      'print-pod takes one job, --job FILE or --sample, and one policy, --policy FILE or the usual one.',
    );
  return {
    jobFile,
    policyFile: policyPath(policyFile, env),
  };
}

/** Which one a job gets is known only when it comes: the first stands for all. */
function exampleClaim({ admitted, policy, security }: JobPlan, { stderr }: CommandIo): UsedClaim | null {
  const wanted = wantedWorkspace(admitted.job, policy, security);
  if (wanted === null) return null;
  stderr.write(
    `The workspace is number 1 of ${wanted.slots} that jobs of this project and kind of ref may have (\`lasting_workspaces\`); a job that finds all in use has an emptyDir.\n`,
  );
  return { name: wanted.nameOf(1), key: wanted.key };
}

function withImage(job: Job, name: string | undefined): Job {
  if (name === undefined) return job;
  const plain = {
    entrypoint: null,
    pullPolicies: [],
    kubernetesUser: null,
    dockerUser: null,
    dockerPlatform: null,
  };
  return { ...job, image: { ...plain, ...job.image, name } };
}

/** Twice the largest job that is tested. */
const maxJobBytes = 128 * 1024 * 1024;

/** @param file undefined: the sample */
function readJobText(file: string | undefined): string {
  if (file === undefined) return JSON.stringify(sampleJob);
  try {
    return readTextFile(file, maxJobBytes);
  } catch (cause) {
    throw new SystemFailure(
      'job-unreadable',
      { what: `Cannot read the job ${file}: ${(cause as Error).message}.` },
      { cause },
    );
  }
}

function planOrExplain(job: Job, policy: Policy, options: Asked, io: CommandIo): JobPlan | null {
  try {
    return planJob({ job, policy, runnerVersion: options['runner-version'] ?? 'latest' });
  } catch (rejection) {
    showRejection(rejection, { job, policy, asJson: options.json }, io);
    return null;
  }
}

interface Resolving {
  readonly policy: Policy;
  readonly resolve: boolean;
  readonly asJson: boolean;
}

/** null: an image is not signed as it must be. */
async function pinOrExplain(
  plan: JobPlan,
  { policy, resolve, asJson }: Resolving,
  io: CommandIo,
): Promise<readonly PinnedImage[] | null> {
  if (!plan.imageChecks.isPinned) return [];
  if (!resolve) {
    io.stderr.write(
      'Tags are as written; prepare puts digests in their place (`images`), and --resolve asks for them here.\n',
    );
    return [];
  }
  const { pinImages } = await import('../src/stage/prepare/pin/pin-images.ts');
  const cluster = { readPullSecret: () => Promise.resolve(null) };
  try {
    const own = { ...plan.policy, image_pull_secrets: [] };
    return await pinImages({ plan, policy: own, cluster, openRegistries: loadRegistries, io });
  } catch (rejection) {
    showRejection(rejection, { job: plan.admitted.job, policy, asJson }, io);
    return null;
  }
}

interface Rejected {
  readonly job: Job;
  readonly policy: Policy;
  readonly asJson: boolean;
}

/** @throws whatever else it is */
function showRejection(rejection: unknown, { job, policy, asJson }: Rejected, io: CommandIo): void {
  if (!(rejection instanceof Rejection)) throw rejection;
  const message = formatRejection({ rejection, policy, job, nonce: exampleRandom, now: new Date() });
  io.stderr.write(forPeople(message, io));
  if (asJson) io.stdout.write(rejectionJson(rejection, policy));
}

/** The words of a job's log, without what GitLab folds them by. */
function forPeople(log: string, { stderr, env }: CommandIo): string {
  const unfolded = log.replace(/section_(start|end):[^\r\n]*\r/g, '');
  return stderr.isTTY && !env['NO_COLOR'] ? unfolded : stripVTControlCharacters(unfolded);
}

/** Everything that is not allowed, with its parts apart; text of the job is safe to print. */
function rejectionJson({ findings, exitCode }: Rejection, { hash }: Policy): string {
  const safe = (_: string, value: unknown): unknown => (typeof value === 'string' ? plainText(value) : value);
  return `${JSON.stringify({ rejection: { policy: hash, exitCode, findings } }, safe, 2)}\n`;
}
