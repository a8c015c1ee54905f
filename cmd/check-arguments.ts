// The words that `check` takes, and what it says of itself.
import { parseArgs } from 'node:util';
import type { ProjectFacts } from '../src/admission/allow-list.ts';
import type { ImageKind } from '../src/admission/judge.ts';
import { argumentFault } from './argument-fault.ts';

export const help = `gitlab-pod-executor check: would this image be admitted, and if not, what would?

Usage:
  gitlab-pod-executor check [options] [--] IMAGE…          judge images
  gitlab-pod-executor check [options] --service [--] NAME… judge services
  gitlab-pod-executor check [options] --ci-file FILE       judge a CI file
  gitlab-pod-executor check [options] --lint               judge the policy

The verdict is the one that a job gets: names are parsed as container runtimes
do, and compared with the patterns as GitLab Runner compares them.

  --policy FILE      else $GITLAB_POD_EXECUTOR_POLICY, else
                     /etc/gitlab-pod-executor/policy.yaml
  --project PATH     judge for this project (group/project), with the policy's
                     rules that apply to it
  --project-id N     the same by id
  --namespace-id N   for rules on namespaces
  --protected        the branch or tag is a protected one
  --variable KEY=VALUE
                     for --ci-file: the value of a variable that GitLab would
                     bring; may be repeated
  --json             for programs: an array of verdicts, or of findings; with
                     --ci-file an object of names and unresolved

--ci-file follows anchors, extends, local includes, and variables that the files
define; all values of a matrix are judged. What it cannot follow is listed as
not resolved: files of other projects, remote files and templates, !reference,
variables of GitLab or of the project's settings. A variable of the project's
settings wins over one of the file; give such a value by --variable.

--lint finds patterns that allow more than they seem to
(registry.example.org*/** also allows registry.example.org.evil.test), less
(registry/* does not reach registry/group/name), or nothing.

Exit code: 0 all that was judged is admitted (lint: no pattern allows more than
it seems to), 1 some are rejected (lint: some pattern does), 2 wrong usage, or a
policy or CI file with mistakes.

Examples:
  gitlab-pod-executor check python:3.12 docker.io/library/node
  gitlab-pod-executor check --ci-file .gitlab-ci.yml \\
    --variable CI_REGISTRY=registry.example.org
  gitlab-pod-executor check --lint --policy config/policy.yaml
`;

export interface Asked {
  readonly help: boolean;
  readonly policy: string | undefined;
  readonly names: readonly string[];
  readonly kind: ImageKind;
  readonly ciFile: string | undefined;
  readonly lint: boolean;
  readonly json: boolean;
  readonly project: ProjectFacts | null;
  readonly variables: ReadonlyMap<string, string>;
}

/** A text says what is wrong with the arguments. */
export function readArguments(argv: readonly string[]): Asked | string {
  const parsed = parse(argv);
  if (typeof parsed === 'string') return parsed;
  const { values, positionals: names } = parsed;
  const { 'ci-file': ciFile, lint, json, policy, service } = values;
  const project = projectFacts(values);
  const variables = readVariables(values.variable);
  const ways = [names.length > 0, ciFile !== undefined, lint].filter(Boolean).length;
  if (ways === 0 && !values.help) return 'check needs the name of an image, --ci-file FILE, or --lint.';
  if (ways > 1) return 'check takes names, --ci-file or --lint, one of them at a time.';
  if (service && names.length === 0) return '--service is about names; give it some.';
  if (typeof project === 'string') return project;
  if (typeof variables === 'string') return variables;
  return {
    help: values.help,
    policy,
    names,
    kind: service ? 'service' : 'image',
    ciFile,
    lint,
    json,
    project,
    variables,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        policy: { type: 'string' },
        service: { type: 'boolean', default: false },
        'ci-file': { type: 'string' },
        lint: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        project: { type: 'string' },
        'project-id': { type: 'string' },
        'namespace-id': { type: 'string' },
        protected: { type: 'boolean', default: false },
        variable: { type: 'string', multiple: true, default: [] },
      },
    });
  } catch (cause) {
    return argumentFault('check', cause);
  }
}

type Values = Exclude<ReturnType<typeof parse>, string>['values'];

/** null: nobody in particular asks. A text says what is wrong. */
function projectFacts(values: Values): ProjectFacts | null | string {
  const { project: path, protected: isRefProtected } = values;
  const [id, namespaceId] = [values['project-id'], values['namespace-id']];
  if (path === undefined && id === undefined && namespaceId === undefined && !isRefProtected) return null;
  for (const [option, text] of [
    ['--project-id', id],
    ['--namespace-id', namespaceId],
  ] as const) {
    if (text !== undefined && !/^[1-9]\d{0,14}$/.test(text))
      return `${option} needs a number, and "${text}" is none.`;
  }
  // Ids count from 1, so 0 is nobody's.
  return {
    id: Number(id ?? 0),
    path: path ?? '',
    namespaceId: namespaceId === undefined ? null : Number(namespaceId),
    isRefProtected,
  };
}

function readVariables(given: readonly string[]): ReadonlyMap<string, string> | string {
  const variables = new Map<string, string>();
  for (const each of given) {
    const [, key, value = ''] = /^(\w+)=(.*)$/s.exec(each) ?? [];
    if (key === undefined) return `--variable takes KEY=VALUE, and "${each}" is not so.`;
    variables.set(key, value);
  }
  return variables;
}
