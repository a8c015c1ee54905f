// Would this image be admitted, and why not? For one name, for a whole .gitlab-ci.yml, and for the policy itself.
import { createJudge } from '../src/admission/judge.ts';
import { lintPolicy } from '../src/admission/lint-policy.ts';
import type { CiNames } from '../src/ci-file/ci-names.ts';
import { type CheckedName, type PlacedFinding, reportLint, reportNames } from '../src/stage/check-report.ts';
import { type Asked, help, readArguments } from './check-arguments.ts';
import { readCiNames } from './ci-file.ts';
import type { Command, CommandIo } from './command.ts';
import { policyPath, readPolicyFile } from './policy-file.ts';
import { textStyle } from './text-style.ts';

const someRejected = 1;
const wrongUsage = 2;

export const check: Command = (argv, io) => {
  const asked = readArguments(argv);
  if (typeof asked === 'string') {
    io.stderr.write(`${asked}\nSee gitlab-pod-executor check --help.\n`);
    return Promise.resolve(wrongUsage);
  }
  if (asked.help) {
    io.stdout.write(help);
    return Promise.resolve(0);
  }
  return Promise.resolve(asked.lint ? checkPolicy(asked, io) : checkNames(asked, io));
};

function checkNames(asked: Asked, io: CommandIo): number {
  const { policy } = readPolicyFile(policyPath(asked.policy, io.env));
  const judge = createJudge(policy, asked.project);
  const found: CiNames =
    asked.ciFile === undefined ? { names: [], unresolved: [] } : readCiNames(asked.ciFile, asked.variables);
  const checked: readonly CheckedName[] = [
    ...asked.names.map((name) => ({ verdict: judge(name, asked.kind), found: null })),
    ...found.names.map((each) => ({ verdict: judge(each.name, each.kind), found: each })),
  ];
  io.stdout.write(
    asked.json
      ? `${JSON.stringify(toJson(checked, asked.ciFile === undefined ? null : found))}\n`
      : reportNames(checked, found.unresolved, textStyle(io)),
  );
  return checked.every(({ verdict }) => verdict.allowed) ? 0 : someRejected;
}

function toJson(checked: readonly CheckedName[], found: CiNames | null): unknown {
  const names = checked.map(({ verdict, found: at }) => {
    const { image, canonical, kind, allowed, pattern, reason, suggestion } = verdict;
    const place = at === null ? {} : { file: at.file, line: at.line, column: at.column, job: at.job };
    return { image, canonical, kind, allowed, pattern, reason, suggestion, ...place };
  });
  return found === null ? names : { names, unresolved: found.unresolved };
}

function checkPolicy(asked: Asked, io: CommandIo): number {
  const file = policyPath(asked.policy, io.env);
  const { policy, notes, placeOf } = readPolicyFile(file);
  const findings: readonly PlacedFinding[] = lintPolicy(policy).map((finding) => ({
    ...finding,
    ...placeOf(finding.path),
  }));
  if (asked.json) io.stdout.write(`${JSON.stringify(findings)}\n`);
  else
    io.stdout.write(
      `${notes.map((note) => `${note}\n`).join('')}${reportLint(findings, file, textStyle(io))}`,
    );
  return findings.some(({ severity }) => severity === 'risk') ? someRejected : 0;
}
