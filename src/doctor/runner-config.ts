// What in GitLab Runner's config.toml does not fit the policy, or this executor: everything at once, each at its place.
import { z } from 'zod';
import type { Policy } from '../policy/policy.ts';
import type { KeyPath } from '../policy/problem.ts';
import { plainLine } from '../text/plain-text.ts';
import { type DoctorFinding, fail, ok, warn } from './doctor-finding.ts';

export interface RunnerConfigInput {
  readonly file: string;
  readonly value: unknown;
  readonly placeOf: (path: KeyPath) => { readonly line: number; readonly column: number };
  readonly policy: Pick<Policy, 'timeouts'>;
  readonly policyFile: string;
}

const seconds = z.number().optional().catch(undefined);
const count = z.number().optional().catch(undefined);
const words = z.array(z.string()).optional().catch(undefined);

/** The keys that are looked at; a value of the wrong kind counts as none, for GitLab Runner refuses the file itself. */
const custom = z.object({
  config_exec: z.string().optional(),
  prepare_exec: z.string().optional(),
  prepare_args: words,
  prepare_exec_timeout: seconds,
  run_exec: z.string().optional(),
  cleanup_exec: z.string().optional(),
  cleanup_args: words,
  cleanup_exec_timeout: seconds,
  graceful_kill_timeout: seconds,
});
const runner = z.object({
  limit: count,
  executor: z.string().optional(),
  shell: z.string().optional(),
  environment: words,
  feature_flags: z.record(z.string(), z.unknown()).optional(),
  custom_build_dir: z.object({ enabled: z.boolean().optional() }).optional(),
  custom: custom.optional(),
});
const config = z.object({
  shutdown_timeout: seconds,
  concurrent: count,
  runners: z.array(runner).default([]),
});

type Runner = z.infer<typeof runner>;
type Custom = z.infer<typeof custom>;

/** GitLab Runner's own, in seconds, where the file says nothing or nought (common/consts.go). */
const defaults = { exec: 3600, gracefulKill: 600, shutdown: 30, concurrent: 1 } as const;
/** For so long it waits for an aborted job, whatever else the file says. */
const abortSeconds = 300;

interface Fault {
  readonly path: KeyPath;
  readonly says: string;
  /** No job could run, or none could be ended. */
  readonly isFatal: boolean;
}

const row = 'config.toml';

export function checkRunnerConfig(input: RunnerConfigInput): DoctorFinding {
  const read = config.safeParse(input.value);
  const { shutdown_timeout: shutdown, runners } = read.data ?? { shutdown_timeout: undefined, runners: [] };
  const ours = runners.flatMap((each, index) => (each.executor === 'custom' ? [{ each, index }] : []));
  if (ours.length === 0)
    return fail(row, `${plainLine(input.file)} has no [[runners]] with executor = "custom"`, complete);
  const faults = ours.flatMap(({ each, index }) =>
    faultsOf(each, ['runners', index], { ...input, shutdown }),
  );
  const at = ({ path, says }: Fault): string => {
    const { line, column } = input.placeOf(path);
    return plainLine(`${input.file}:${line}:${column}: ${says}`);
  };
  if (faults.length === 0)
    return ok(row, `${plainLine(input.file)} fits the policy; runners of ours: ${ours.length}`);
  const worse = faults.some(({ isFatal }) => isFatal) ? fail : warn;
  return worse(row, faults.map(at).join('\n'), complete);
}

/** How many jobs its runners of ours take at once; `limit` is one runner's share of `concurrent`, and 0 or none is all of it. */
export function jobsAtOnceOf(value: unknown): number {
  const { concurrent, runners } = config.safeParse(value).data ?? { concurrent: undefined, runners: [] };
  const all = orDefault(concurrent, defaults.concurrent);
  const shares = runners
    .filter(({ executor }) => executor === 'custom')
    .map(({ limit }) => orDefault(limit, all));
  return Math.min(
    all,
    shares.reduce((sum, share) => sum + share, 0),
  );
}

const complete = { text: 'config/runner.toml is a complete example, with the reason for each line.' };

interface Around extends RunnerConfigInput {
  readonly shutdown: number | undefined;
}

function faultsOf(each: Runner, path: KeyPath, around: Around): Fault[] {
  return [
    ...missingCalls(each.custom ?? {}, [...path, 'custom']),
    ...wrongPolicy(each.custom ?? {}, [...path, 'custom'], around),
    ...timeouts(each.custom ?? {}, [...path, 'custom'], around),
    ...settings(each, path),
  ];
}

function missingCalls(of: Custom, path: KeyPath): Fault[] {
  const calls = ['config_exec', 'prepare_exec', 'run_exec', 'cleanup_exec'] as const;
  return calls
    .filter((key) => !of[key])
    .map((key) => ({
      path,
      isFatal: true,
      says: `${key} is missing: GitLab Runner would not call the executor for it`,
    }));
}

/** Another policy than the one that is examined here. */
function wrongPolicy(of: Custom, path: KeyPath, { policyFile }: Around): Fault[] {
  return (['prepare_args', 'cleanup_args'] as const).flatMap((key) => {
    const args = of[key] ?? [];
    const named = args[args.indexOf('--policy') + 1];
    if (!args.includes('--policy') || named === policyFile) return [];
    const says = `${key} names the policy ${named}, and doctor looked at ${policyFile}`;
    return [{ path: [...path, key], says, isFatal: false }];
  });
}

const orDefault = (given: number | undefined, fallback: number): number =>
  given && given > 0 ? given : fallback;

function timeouts(of: Custom, path: KeyPath, { policy, shutdown }: Around): Fault[] {
  const { ready, stop_grace: grace } = policy.timeouts;
  const prepare = orDefault(of.prepare_exec_timeout, defaults.exec);
  const kill = orDefault(of.graceful_kill_timeout, defaults.gracefulKill);
  const cleanup = orDefault(of.cleanup_exec_timeout, defaults.exec);
  const whole = orDefault(shutdown, defaults.shutdown);
  const fault = (holds: boolean, key: string, says: string): Fault[] =>
    holds ? [] : [{ path: [...path, key], says, isFatal: false }];
  return [
    ...fault(
      prepare > ready,
      'prepare_exec_timeout',
      `prepare_exec_timeout is ${prepare} s, and the policy's timeouts.ready ${ready} s: a pod that does not start is cut off before the executor says why; write more than ${ready}`,
    ),
    ...fault(
      kill > grace,
      'graceful_kill_timeout',
      `graceful_kill_timeout is ${kill} s, and the policy's timeouts.stop_grace ${grace} s: a cancelled script is killed before it could end; write more than ${grace}`,
    ),
    ...fault(
      kill < abortSeconds,
      'graceful_kill_timeout',
      `graceful_kill_timeout is ${kill} s: GitLab Runner waits ${abortSeconds} s for a cancelled job in all; write 60`,
    ),
    ...fault(
      kill + cleanup < whole,
      'cleanup_exec_timeout',
      `graceful_kill_timeout (${kill} s) and cleanup_exec_timeout (${cleanup} s) together are not below shutdown_timeout (${whole} s): a runner that is stopped leaves pods behind; write 60, 60 and 150`,
    ),
  ];
}

function settings(
  { shell, environment = [], feature_flags: flags = {}, custom_build_dir: dir }: Runner,
  path: KeyPath,
): Fault[] {
  const variable = (name: string): boolean => environment.some((each) => each.startsWith(`${name}=`));
  const flag = 'FF_POSIXLY_CORRECT_ESCAPES';
  const hasFlag =
    flags[flag] === true || environment.some((each) => new RegExp(`^${flag}=(1|true)$`, 'i').test(each));
  return [
    ...(shell === undefined || shell === 'bash'
      ? []
      : [
          {
            path: [...path, 'shell'],
            isFatal: true,
            says: `shell is "${shell}": the executor reads scripts for bash; write "bash"`,
          },
        ]),
    ...(dir?.enabled === true
      ? [
          {
            path: [...path, 'custom_build_dir', 'enabled'],
            isFatal: false,
            says: 'custom_build_dir is enabled: a job that moves its project by GIT_CLONE_PATH is refused here; write false',
          },
        ]
      : []),
    ...(hasFlag
      ? [
          {
            path,
            isFatal: true,
            says: `${flag} is on: with it a variable such as O'Brien stands unquoted in every script; leave it off`,
          },
        ]
      : []),
    ...(variable('DOCKER_AUTH_CONFIG')
      ? [
          {
            path: [...path, 'environment'],
            isFatal: false,
            says: 'environment has DOCKER_AUTH_CONFIG, which every job can read and override; image_pull_secrets of the policy is read by none',
          },
        ]
      : []),
  ];
}
