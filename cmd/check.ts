// Would this image be admitted, and why not? For one name, for a whole .gitlab-ci.yml, and for the policy itself.
import type { ProjectFacts } from '../src/admission/allow-list.ts';
import { createEvaluator, type ImageKind } from '../src/admission/evaluate.ts';
import { lintImageChecks } from '../src/admission/lint/lint-image-checks.ts';
import { lintPolicy } from '../src/admission/lint/lint-policy.ts';
import { checkCiNames } from '../src/check/check-ci-names.ts';
import {
  type CheckedName,
  type PlacedFinding,
  type Remarks,
  reportLint,
  reportNames,
} from '../src/check/check-report.ts';
import { codeQualityReport } from '../src/check/code-quality.ts';
import type { CiNames } from '../src/ci-file/ci-names.ts';
import { lintPodPolicy } from '../src/pod/lint-pod-policy.ts';
import type { ImageAnswer } from '../src/registry/registries.ts';
import { checkRecords } from './check-records.ts';
import { readCiNames } from './ci-file.ts';
import { readVariables, sharedVariables } from './ci-variables.ts';
import type { CommandIo } from './command/command-io.ts';
import { type CommandInput, defineCommand } from './command/define-command.ts';
import { policyOption } from './command/shared-options.ts';
import { textStyle } from './command/text-style.ts';
import { UsageError } from './command/usage-error.ts';
import { policyPath, readPolicyFile } from './policy-file.ts';
import { describeAnswer, resolveNames } from './resolve-names.ts';

const someRejected = 1;

const options = {
  policy: policyOption,
  service: { help: 'the names are services' },
  'ci-file': { value: 'FILE', help: 'check the images and services of this CI file; - is standard input' },
  lint: { help: 'check the policy itself' },
  against: {
    value: 'FILE',
    help: 'what would the policy newly refuse or admit of these past jobs? FILE: lines of `job_records`',
  },
  project: {
    value: 'PATH',
    help: "check for this project (group/project), with the policy's rules that apply to it",
  },
  'project-id': { value: 'N', help: 'the same by id' },
  'namespace-id': { value: 'N', help: 'for rules on namespaces' },
  protected: { help: 'the branch or tag is a protected one' },
  variable: {
    value: 'KEY=VALUE',
    isRepeatable: true,
    help: 'for --ci-file: the value of a variable that GitLab would bring; may be repeated',
  },
  'variables-from-environment': {
    help: 'for --ci-file: variables that the files do not set are those of the environment, as in a job of the same pipeline',
  },
  'ignore-include': {
    value: 'TEXT',
    isRepeatable: true,
    help: 'for --ci-file: an include that cannot be read, and has TEXT in its name, brings no images; may be repeated',
  },
  format: {
    value: 'FORMAT',
    help: "for --ci-file: codequality, GitLab's code quality report, for a merge request; files stand in it by their paths in the repository",
  },
  resolve: {
    help: 'ask the registries what the admitted names stand for, and for the signatures that the policy asks for, with the credentials of $DOCKER_AUTH_CONFIG',
  },
  json: {
    help: 'for programs: an array of verdicts, or of findings; with --ci-file an object of names, unresolved and overridden (keys that stand twice)',
  },
} as const;

type Asked = CommandInput<typeof options>;

export const check = defineCommand({
  name: 'check',
  audience: ['authors', 'operators'],
  summary: 'would this image be admitted, and if not, what would?',
  usage: [
    'check [options] [--] IMAGE…           check images',
    'check [options] --service [--] NAME…  check services',
    'check [options] --ci-file FILE        check a CI file',
    'check [options] --lint                check the policy',
    'check [options] --against FILE        check past jobs',
  ],
  about: [
    'The verdict is the one that a job gets: names are parsed as container runtimes do, and compared with the patterns as GitLab Runner compares them.',
    '--ci-file follows anchors, extends, !reference, local includes (also ci/*.yml and ci/**.yml), and variables that the files define. Names are checked as each row of a matrix and each rule makes them, also where one leaves a variable out. Of a key that stands twice the last counts, as for GitLab, and the first is reported. A job without image: is rejected where the policy has no default_image.',
    "What it cannot follow is listed as not resolved: files of other projects, remote files and templates, inputs, variables of GitLab or of the project's settings. A variable of the project's settings wins over one of the file; give such a value by --variable.",
    '--lint finds patterns that allow images of owners they do not name (registry.example.org*/** also allows registry.example.org.evil.test), patterns that allow less than they seem to (registry/* does not reach registry/group/name) or nothing, lists that are absent, and what in pod_template, resources and security contexts weakens a promise of the executor.',
  ],
  positionals: [{ name: 'IMAGE…' }],
  options,
  exitCodes:
    '0 every name is admitted (lint: there is no risk; against: no job would be newly refused), 1 some are not, 2 wrong usage, or a policy or CI file with mistakes.',
  examples: `Examples:
  gitlab-pod-executor check python:3.12 docker.io/library/node
  gitlab-pod-executor check --ci-file .gitlab-ci.yml \\
    --variable CI_REGISTRY=registry.example.org
  gitlab-pod-executor check --lint --policy config/policy.yaml`,
  run(invocation) {
    refuseContradictions(invocation);
    const { policy, json, lint } = invocation.options;
    const file = policyPath(policy, invocation.io.env);
    const { against: recordsFile } = invocation.options;
    if (recordsFile !== undefined)
      return checkRecords({ policyFile: file, recordsFile, asJson: json, io: invocation.io });
    return lint ? checkPolicy(file, json, invocation.io) : checkNames(file, invocation);
  },
});

function refuseContradictions({
  options: {
    against,
    'ci-file': ciFile,
    'ignore-include': ignored,
    'variables-from-environment': fromEnvironment,
    format,
    json,
    lint,
    resolve,
    service,
  },
  positionals,
}: Asked): void {
  const ways = [positionals.length > 0, ciFile !== undefined, lint, against !== undefined].filter(
    Boolean,
  ).length;
  if (ways === 0)
    throw new UsageError('check needs the name of an image, --ci-file FILE, --lint, or --against FILE.');
  if (ways > 1)
    throw new UsageError('check takes names, --ci-file, --lint or --against, one of them at a time.');
  if (format !== undefined && format !== 'codequality')
    throw new UsageError(`--format takes codequality, not "${format}".`);
  if (format !== undefined && (ciFile === undefined || json))
    throw new UsageError('--format is for --ci-file, without --json.');
  if (format !== undefined && ciFile === '-')
    throw new UsageError('--format needs a file of the repository, and standard input is none.');
  if ((ignored.length > 0 || fromEnvironment) && ciFile === undefined)
    throw new UsageError('--ignore-include and --variables-from-environment are for --ci-file.');
  if (resolve && positionals.length === 0 && ciFile === undefined)
    throw new UsageError('--resolve is about names; give it some.');
  if (service && positionals.length === 0) throw new UsageError('--service is about names; give it some.');
}

const nothingFound: CiNames = { names: [], imageless: [], unresolved: [], overridden: [] };

/** @throws SystemFailure when there is a file, and it cannot be read */
function readAskedFile({ options, io: { env } }: Pick<Asked, 'options' | 'io'>): CiNames {
  const given = readVariables(options.variable);
  const path = options['ci-file'];
  if (path === undefined) return nothingFound;
  const fromRoot = options.format !== undefined;
  const environment = options['variables-from-environment']
    ? sharedVariables(env)
    : new Map<string, string>();
  return readCiNames({ path, given, environment, ignoredIncludes: options['ignore-include'], fromRoot });
}

async function checkNames(policyFile: string, { options, positionals, io }: Asked): Promise<number> {
  const { service, json } = options;
  const project = projectFacts(options);
  const kind: ImageKind = service ? 'service' : 'image';
  const { policy } = readPolicyFile(policyFile);
  const evaluate = createEvaluator(policy, project);
  const found = readAskedFile({ options, io });
  const ofFile = checkCiNames(found, evaluate, policy);
  const { remarks } = ofFile;
  const checked: readonly CheckedName[] = [
    ...positionals.map((name) => ({ verdict: evaluate(name, kind), found: null })),
    ...ofFile.checked,
  ];
  const admitted = checked.filter(({ verdict }) => verdict.allowed).map(({ verdict }) => verdict.image);
  const answers = options.resolve
    ? await resolveNames(admitted, { policy, project, io })
    : new Map<string, ImageAnswer>();
  const isForPeople = !json && options.format === undefined;
  if (json)
    io.stdout.write(
      `${JSON.stringify(toJson(checked, answers, options['ci-file'] === undefined ? null : remarks))}\n`,
    );
  else
    io.stdout.write(isForPeople ? reportNames(checked, remarks, textStyle(io)) : codeQualityReport(checked));
  if (isForPeople) for (const [name, answer] of answers) io.stdout.write(`${describeAnswer(name, answer)}\n`);
  const isUnsigned = [...answers.values()].some(({ kind: answered }) => answered === 'unsigned');
  return checked.every(({ verdict }) => verdict.allowed) && !isUnsigned ? 0 : someRejected;
}

function toJson(
  checked: readonly CheckedName[],
  answers: ReadonlyMap<string, ImageAnswer>,
  remarks: Remarks | null,
): unknown {
  const names = checked.map(({ verdict, found: at }) => {
    const { image, canonical, kind, allowed, pattern, reason, suggestion } = verdict;
    const place = at === null ? {} : { file: at.file, line: at.line, column: at.column, job: at.job };
    const answer = answers.get(image);
    const resolved = answer === undefined ? {} : { resolved: answer };
    return { image, canonical, kind, allowed, pattern, reason, suggestion, ...resolved, ...place };
  });
  return remarks === null ? names : { names, unresolved: remarks.unresolved, overridden: remarks.overridden };
}

function checkPolicy(file: string, asJson: boolean, io: CommandIo): number {
  const { policy, notes, placeOf } = readPolicyFile(file);
  const findings: readonly PlacedFinding[] = [
    ...lintPolicy(policy),
    ...lintImageChecks(policy),
    ...lintPodPolicy(policy),
  ].map((finding) => ({ ...finding, ...placeOf(finding.path) }));
  const remarks = notes.map((note) => `${note}\n`).join('');
  // "No findings" would be untrue below a remark.
  const report = remarks !== '' && findings.length === 0 ? '' : reportLint(findings, file, textStyle(io));
  io.stdout.write(asJson ? `${JSON.stringify(findings)}\n` : remarks + report);
  return findings.some(({ severity }) => severity === 'risk') ? someRejected : 0;
}

/** null: nobody in particular asks. @throws UsageError for an id that is not a number */
function projectFacts({
  project: path,
  protected: isRefProtected,
  'project-id': id,
  'namespace-id': namespaceId,
}: Asked['options']): ProjectFacts | null {
  if (path === undefined && id === undefined && namespaceId === undefined && !isRefProtected) return null;
  // Ids count from 1, so 0 is nobody's.
  return {
    id: readId('--project-id', id) ?? 0,
    path: path ?? '',
    namespaceId: readId('--namespace-id', namespaceId),
    isRefProtected,
  };
}

function readId(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new UsageError(`${option} takes a number from 1 up, not "${text}".`);
}
