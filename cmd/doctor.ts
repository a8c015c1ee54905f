// Is this cluster ready for jobs? For the operator, before the first job and after each change.
import { connect } from '../src/cluster/kubernetes/connection/connect.ts';
import { chooseProxy } from '../src/cluster/kubernetes/proxy/choose-proxy.ts';
import { fail } from '../src/doctor/doctor-finding.ts';
import { type DoctorInput, examine } from '../src/doctor/examine.ts';
import { readGitLabUrl } from '../src/doctor/network/way-out.ts';
import { describeFindings, findingsJson, isReady } from '../src/doctor/report.ts';
import { checkRunnerConfig, jobsAtOnceOf, type RunnerConfigInput } from '../src/doctor/runner-config.ts';
import { readTextFile } from '../src/files/read-file-to-end.ts';
import { readToml } from '../src/import-config/toml/read-toml.ts';
import type { Policy } from '../src/policy/policy.ts';
import { eraseLine } from '../src/text/ansi.ts';
import { plainLine } from '../src/text/plain-text.ts';
import { shortList } from '../src/text/short-list.ts';
import type { CommandIo } from './command/command-io.ts';
import { defineCommand } from './command/define-command.ts';
import { jsonOption, policyOption } from './command/shared-options.ts';
import { textStyle } from './command/text-style.ts';
import { UsageError } from './command/usage-error.ts';
import { resolvePolicyConnection } from './policy-connection.ts';
import { policyPath, readPolicyFile } from './policy-file.ts';
import { randomName } from './random-name.ts';
import { findResident } from './resident/find-resident.ts';

const notReady = 1;

/** Somebody sits and waits; the reason comes sooner than a job would give up. */
const limits = { callMilliseconds: 10_000 };

export const doctor = defineCommand({
  name: 'doctor',
  audience: ['operators'],
  summary: 'is this cluster ready for jobs?',
  usage: ['doctor [--config FILE] [--probe [--profile NAME] [--gitlab URL]] [--json] [--policy FILE]'],
  about: [
    "It looks at the policy, the connection, the API server's version, the rights of the runner's account verb by verb, and at what the cluster says to the pod of a job: a server dry run, with Pod Security, quotas, webhooks and hostUsers; nothing is made. What is wrong comes with the command or YAML that fixes it. Run it as the user that GitLab Runner runs as, on its machine, so that it asks with the same credentials.",
  ],
  positionals: [],
  options: {
    config: {
      value: 'FILE',
      help: "GitLab Runner's config.toml: does it fit the policy, and this executor?",
    },
    probe: { help: 'also make one pod of the helper image, prove its user namespace, and delete it' },
    gitlab: {
      value: 'URL',
      help: "with --probe: try from the pod whether it can look up GitLab's name and reach it",
    },
    profile: {
      value: 'NAME',
      help: 'with --probe: make the pod as jobs of that profile have it, and try how far they can build container images',
    },
    json: jsonOption,
    policy: policyOption,
  },
  exitCodes:
    '0 ready (warnings are allowed), 1 something failed, 2 wrong usage or a policy with mistakes, 130 after Ctrl-C.',
  examples: 'Try it:   gitlab-pod-executor doctor --probe',
  async run({ options, io }) {
    const gitlab = gitlabOf(options.gitlab, options.probe);
    const policyFile = policyPath(options.policy, io.env);
    const { policy, notes } = readPolicyFile(policyFile);
    const findings = await examine({
      policy,
      policyFile,
      notes,
      ...(options.config === undefined
        ? { runnerConfig: null }
        : readRunnerConfig(options.config, { policy, policyFile })),
      findResident: () => findResident(io.env),
      resolveConnection: () => resolvePolicyConnection(policy, io.env),
      proxyOf: (connection) => chooseProxy(connection, io.env),
      connect: (connection) => connect(connection, { limits, env: io.env }),
      isProbeAsked: options.probe,
      profile: profileOf(options.profile, options.probe, policy),
      gitlab,
      now: () => new Date(),
      random: randomName,
      onProgress: progress(io),
      signal: io.signal,
    }).finally(() => progress(io)(''));
    io.stdout.write(options.json ? findingsJson(findings) : describeFindings(findings, textStyle(io)));
    return isReady(findings) ? 0 : notReady;
  },
});

/** Larger ones are no config.toml. */
const maxConfigBytes = 4 * 1024 * 1024;

function readRunnerConfig(
  file: string,
  looked: Pick<RunnerConfigInput, 'policy' | 'policyFile'>,
): Pick<DoctorInput, 'runnerConfig' | 'jobsAtOnce'> {
  const parsed = readToml(readConfigText(file));
  if ('source' in parsed)
    return {
      runnerConfig: checkRunnerConfig({ file, ...parsed.source, ...looked }),
      jobsAtOnce: jobsAtOnceOf(parsed.source.value),
    };
  const mistakes = parsed.mistakes.map(({ line, column, message }) =>
    plainLine(`${file}:${line}:${column}: ${message}`),
  );
  return { runnerConfig: fail('config.toml', mistakes.join('\n')) };
}

/** @throws UsageError */
function readConfigText(file: string): string {
  try {
    return readTextFile(file, maxConfigBytes);
  } catch (cause) {
    throw new UsageError(`doctor cannot read --config ${file}: ${(cause as Error).message}.`, { cause });
  }
}

/** @throws UsageError */
function profileOf(name: string | undefined, isProbeAsked: boolean, { profiles }: Policy): string | null {
  if (name === undefined) return null;
  if (!isProbeAsked) throw new UsageError('doctor tries --profile by the pod of --probe: give both.');
  if (Object.hasOwn(profiles, name)) return name;
  const names = Object.keys(profiles);
  throw new UsageError(
    `The policy has no profile ${plainLine(name)}; ${names.length === 0 ? 'it has none' : `it has ${shortList(names)}`}.`,
  );
}

/** @throws UsageError */
function gitlabOf(text: string | undefined, isProbeAsked: boolean): URL | null {
  if (text === undefined) return null;
  if (!isProbeAsked) throw new UsageError('doctor tries --gitlab from the pod of --probe: give both.');
  const url = readGitLabUrl(text);
  if (url !== null) return url;
  throw new UsageError(
    'doctor cannot read --gitlab: write an address like https://gitlab.example.org, without a name or password.',
  );
}

/** One line that replaces itself, for somebody who watches; an empty text takes it away. */
function progress({ stderr }: CommandIo): (line: string) => void {
  if (stderr.isTTY !== true) return () => undefined;
  const room = (stderr.columns || 80) - 4;
  return (line) => stderr.write(line === '' ? eraseLine : `${eraseLine}${plainLine(line).slice(0, room)} …`);
}
