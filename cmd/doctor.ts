// Is this cluster ready for jobs? For the operator, before the first job and after each change.
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { connect } from '../src/cluster/kubernetes/connect.ts';
import { plainLine } from '../src/outcome/plain-text.ts';
import { examine } from '../src/stage/doctor.ts';
import { describeFindings, findingsJson, isReady } from '../src/stage/doctor-report.ts';
import { argumentFault } from './argument-fault.ts';
import type { Command, CommandIo } from './command.ts';
import { resolvePolicyConnection } from './policy-connection.ts';
import { policyPath, readPolicyFile } from './policy-file.ts';
import { textStyle } from './text-style.ts';

const help = `gitlab-pod-executor doctor: is this cluster ready for jobs?

Usage: gitlab-pod-executor doctor [--probe] [--json] [--policy FILE]

It looks at the policy, the connection, the API server's version, the rights of
the runner's account verb by verb, and at what the cluster says to the pod of a
job: a server dry run, with Pod Security, quotas, webhooks and hostUsers;
nothing is made. What is wrong comes with the command or YAML that mends it. Run
it as the user that GitLab Runner runs as, on its machine, so that it asks with
the same credentials.

  --probe        also make one pod of the helper image, prove its user
                 namespace, and delete it
  --json         one JSON object instead of the table
  --policy FILE  else $GITLAB_POD_EXECUTOR_POLICY, else
                 /etc/gitlab-pod-executor/policy.yaml

Exit code: 0 ready (warnings are allowed), 1 something failed, 2 wrong usage or
a policy with mistakes, 130 after Ctrl-C.

Try it:   gitlab-pod-executor doctor --probe
`;

const wrongUsage = 2;
const notReady = 1;

/** Somebody sits and waits; the reason comes sooner than a job would give up. */
const limits = { callMilliseconds: 10_000 };

export const doctor: Command = async (argv, io) => {
  const asked = readArguments(argv);
  if (typeof asked === 'string') {
    io.stderr.write(`${asked}\nSee gitlab-pod-executor doctor --help.\n`);
    return wrongUsage;
  }
  if (asked.help) {
    io.stdout.write(help);
    return 0;
  }
  const policyFile = policyPath(asked.policy, io.env);
  const { policy, notes } = readPolicyFile(policyFile);
  const findings = await examine({
    policy,
    policyFile,
    notes,
    resolveConnection: () => resolvePolicyConnection(policy, io.env),
    connect: (connection) => connect(connection, { limits }),
    isProbeAsked: asked.probe,
    now: () => new Date(),
    random,
    tell: progress(io),
    signal: io.signal,
  }).finally(() => progress(io)(''));
  io.stdout.write(asked.json ? findingsJson(findings) : describeFindings(findings, textStyle(io)));
  return isReady(findings) ? 0 : notReady;
};

/** Letters and digits that nobody mistakes for another, and that Kubernetes takes in a name. */
const base32 = 'abcdefghijkmnpqrstuvwxyz23456789';
const randomLength = 8;

function random(): string {
  return Array.from(randomBytes(randomLength), (byte) => base32[byte % base32.length]).join('');
}

const eraseLine = '\r\u001b[K';

/** One line that replaces itself, for somebody who watches; an empty text takes it away. */
function progress({ stderr }: CommandIo): (line: string) => void {
  if (stderr.isTTY !== true) return () => undefined;
  const room = (stderr.columns || 80) - 4;
  return (line) => stderr.write(line === '' ? eraseLine : `${eraseLine}${plainLine(line).slice(0, room)} …`);
}

interface Asked {
  readonly help: boolean;
  readonly json: boolean;
  readonly probe: boolean;
  readonly policy: string | undefined;
}

/** @returns a text: what is wrong with the arguments */
function readArguments(argv: readonly string[]): Asked | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        json: { type: 'boolean', default: false },
        probe: { type: 'boolean', default: false },
        policy: { type: 'string' },
      },
    });
    return { help: values.help, json: values.json, probe: values.probe, policy: values.policy };
  } catch (error) {
    return argumentFault('doctor', error);
  }
}
