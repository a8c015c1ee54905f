// Where the operator's policy is, and its reading.
import { readTextFile } from '../src/files/read-file-to-end.ts';
import { SystemFailure } from '../src/outcome/system-failure.ts';
import { checkPodPolicy } from '../src/pod/check-pod-policy.ts';
import { maxPolicyBytes, readPolicy } from '../src/policy/read-policy.ts';
import { parseArguments } from './command/parse-arguments.ts';
import { policyOption } from './command/shared-options.ts';
import { UsageError } from './command/usage-error.ts';

const defaultPath = '/etc/gitlab-pod-executor/policy.yaml';

/** In UTF-8; a policy of too many characters is refused in words of its own. */
const maxBytes = 4 * maxPolicyBytes;

/** `--policy`, then GITLAB_POD_EXECUTOR_POLICY, then the file in /etc. */
export function policyPath(
  given: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string {
  return given ?? env['GITLAB_POD_EXECUTOR_POLICY'] ?? defaultPath;
}

/** @throws SystemFailure when it cannot be read, or with all its mistakes, each with line and column */
export function readPolicyFile(path: string): ReturnType<typeof readPolicy> {
  let text: string;
  try {
    text = readTextFile(path, maxBytes);
  } catch (cause) {
    throw new SystemFailure(
      'policy-invalid',
      {
        what: `Cannot read the policy ${path}: ${(cause as Error).message}.`,
        operator:
          'give its path with --policy or GITLAB_POD_EXECUTOR_POLICY; config/policy.yaml of the project explains each key.',
      },
      { cause },
    );
  }
  return readPolicy({ text, file: path, checks: [checkPodPolicy] });
}

/** The one option that stages have. @throws UsageError */
export function policyArgument(argv: readonly string[], stage: string): string | undefined {
  try {
    const definition = { name: stage, positionals: [], options: { policy: policyOption } };
    const { isHelpAsked, options } = parseArguments(definition, argv);
    if (isHelpAsked) throw new UsageError(`${stage} takes --help as its first word only.`);
    return options.policy;
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    const operator = 'in config.toml it takes `--policy FILE` only.';
    throw new UsageError(cause.parts.what, { operator, cause });
  }
}
