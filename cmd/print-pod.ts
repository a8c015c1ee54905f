// Shows the pod that a job would get, without asking a cluster.
import { readFileSync } from 'node:fs';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { type AdmitJobResult, admitJob } from '../src/admission/admit-job.ts';
import { Rejection } from '../src/admission/rejection.ts';
import { formatRejection } from '../src/admission/rejection-message.ts';
import type { Job } from '../src/job/job.ts';
import { readJob } from '../src/job/read-job.ts';
import { plainLine } from '../src/outcome/plain-text.ts';
import { SystemFailure } from '../src/outcome/system-failure.ts';
import { explainAsJson, explainAsYaml } from '../src/pod/explain-pod.ts';
import { buildJobPod } from '../src/pod/job-pod.ts';
import { podName, pullSecretName } from '../src/pod/names.ts';
import { refusedAliases } from '../src/pod/service-names.ts';
import type { Policy } from '../src/policy/policy.ts';
import { resolveSecurity } from '../src/security/resolve-context.ts';
import { collectAuths } from '../src/stage/pull-secret.ts';
import { argumentFault } from './argument-fault.ts';
import type { Command, CommandIo } from './command.ts';
import { readPolicyFile } from './policy-file.ts';

const help = `gitlab-pod-executor print-pod: show the pod that a job would get, and why.

Usage: gitlab-pod-executor print-pod [--json] [--runner-version VERSION]
                                     [--old-cluster] JOB POLICY

  JOB      the job as GitLab Runner wrote it: the file that JOB_RESPONSE_FILE
           names in a stage
  POLICY   the operator's policy file

It prints YAML that kubectl takes, for instance:
  gitlab-pod-executor print-pod job.json policy.yaml |
    kubectl -n NAMESPACE create --dry-run=server -f -

  --json                    {manifest, sources, dropped, podSecurity} as one
                            JSON object
  --runner-version VERSION  GitLab Runner's, for the default helper image
                            (19.4.0); "latest" unless given
  --old-cluster             as for an API server before 1.33, which does not
                            promise user namespaces

Exit code: 0 here is the pod, 1 the job is rejected, 2 wrong usage, an
unreadable job or a policy with mistakes.
`;

const wrongUsage = 2;
const rejected = 1;

/** Stands where every attempt has its own eight letters. */
const exampleRandom = 'printpod';

interface Asked {
  readonly help: boolean;
  readonly json: boolean;
  readonly isOldCluster: boolean;
  readonly runnerVersion: string;
  readonly files: readonly string[];
}

export const printPod: Command = (argv, io) => Promise.resolve(run(argv, io));

function run(argv: readonly string[], io: CommandIo): number {
  const asked = readArguments(argv);
  if (typeof asked === 'string') {
    io.stderr.write(`${asked}\nSee gitlab-pod-executor print-pod --help.\n`);
    return wrongUsage;
  }
  if (asked.help) {
    io.stdout.write(help);
    return 0;
  }
  const [jobFile = '', policyFile = ''] = asked.files;
  const { policy, notes } = readPolicyFile(policyFile);
  const job = readJob(readJobText(jobFile));
  for (const note of notes) io.stderr.write(`${note}\n`);
  const admission = admitOrSayWhyNot(job, policy, asked, io);
  if (!admission) return rejected;
  for (const note of admission.notes) io.stderr.write(`${plainLine(note)}\n`);
  return printAdmitted(admission, policy, asked, io);
}

/** @returns a text: what is wrong with the arguments */
function readArguments(argv: readonly string[]): Asked | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        json: { type: 'boolean', default: false },
        'old-cluster': { type: 'boolean', default: false },
        'runner-version': { type: 'string', default: 'latest' },
      },
    });
    if (!values.help && positionals.length !== 2) {
      return `print-pod takes two files, JOB and POLICY, and got ${positionals.length}.`;
    }
    return {
      help: values.help,
      json: values.json,
      isOldCluster: values['old-cluster'],
      runnerVersion: values['runner-version'],
      files: positionals,
    };
  } catch (error) {
    return argumentFault('print-pod', error);
  }
}

function readJobText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new SystemFailure('job-unreadable', `Cannot read the job ${file}: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

function admitOrSayWhyNot(job: Job, policy: Policy, asked: Asked, io: CommandIo): AdmitJobResult | null {
  try {
    return admitJob({ job, policy, runnerVersion: asked.runnerVersion });
  } catch (rejection) {
    if (!(rejection instanceof Rejection)) throw rejection;
    const message = formatRejection({ rejection, policy, job, nonce: exampleRandom, now: new Date() });
    io.stderr.write(io.stderr.isTTY ? message : stripVTControlCharacters(message));
    return null;
  }
}

function printAdmitted({ admitted }: AdmitJobResult, policy: Policy, asked: Asked, io: CommandIo): number {
  const { job } = admitted;
  const security = resolveSecurity({
    policy,
    build: admitted.build.user,
    services: admitted.services.map(({ user }) => user),
  });
  const refusals = [
    ...security.contradictions.map(
      ({ container, user, userKey, key }) =>
        `${container} would run as user ${user} (${userKey}), which ${key} forbids.`,
    ),
    ...refusedAliases(admitted).map(
      ({ service, alias }) => `the alias ${alias} of service ${service} cannot be a host name in Kubernetes.`,
    ),
  ];
  for (const refusal of refusals) io.stderr.write(`Rejected: ${plainLine(refusal)}\n`);
  if (refusals.length > 0) return rejected;
  const hasCredentials = Object.keys(collectAuths(job)).length > 0;
  const manifest = buildJobPod({
    admitted,
    policy,
    security,
    random: exampleRandom,
    now: new Date(),
    mayIgnoreHostUsers: asked.isOldCluster,
    pullSecrets: hasCredentials ? [pullSecretName(podName(job.id, exampleRandom))] : [],
  });
  io.stdout.write(asked.json ? explainAsJson(manifest, security) : explainAsYaml(manifest, security));
  return 0;
}
