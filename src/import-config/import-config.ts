// A config.toml with GitLab's Kubernetes or Docker executor becomes a policy, a configuration of the runner, and a report of every key.
import { lintPolicy } from '../admission/lint/lint-policy.ts';
import { SystemFailure } from '../outcome/system-failure.ts';
import { lintPodPolicy } from '../pod/lint-pod-policy.ts';
import { formatKeyPath, type KeyPath, type Problem } from '../policy/problem.ts';
import type { Mistake, Place } from '../policy/yaml-source.ts';
import { plainLine } from '../text/plain-text.ts';
import { chooseRunner } from './choose-runner.ts';
import { completeDraft } from './complete-draft.ts';
import { emptyDraft, setValue, valueAt } from './draft.ts';
import { checkKeys } from './keys/check-keys.ts';
import { withoutKeys } from './keys/without-keys.ts';
import { formatReport } from './report.ts';
import { runnerFile } from './runner-file.ts';
import { settlePolicy } from './settle-policy.ts';
import { type KeyEntry, takeSection } from './take-section.ts';
import { readToml } from './toml/read-toml.ts';

export interface ImportInput {
  /** Of config.toml. */
  readonly text: string;
  /** Only for messages. */
  readonly file: string;
  /** Where the text begins in that file: a chart has it inside. */
  readonly offset?: Place;
  /** `name` of the runner, where there are several. */
  readonly runner?: string | undefined;
  /** Wins over the file's. */
  readonly namespace?: string | undefined;
  readonly executable: string;
  readonly policyFile: string;
}

export interface Imported {
  readonly policy: string;
  readonly runner: string;
  readonly report: string;
  readonly entries: readonly KeyEntry[];
}

/** @throws SystemFailure 'import' with every mistake of the file at once, each with line and column */
export function importConfig(input: ImportInput): Imported {
  const parsed = readToml(input.text);
  if ('mistakes' in parsed) throw unreadable(input, parsed.mistakes);
  const { source } = parsed;
  const chosen = chooseRunner(source.value, input.runner);
  if ('problem' in chosen) throw unreadable(input, [located(chosen.problem, source.placeOf)]);
  const { section, index, name, path, value } = chosen;
  const draft = emptyDraft();
  const given = input.namespace;
  if (given !== undefined) setValue(draft, ['cluster', 'namespace'], given, 'namespace');
  const decided =
    given === undefined
      ? {}
      : {
          namespace: {
            verdict: 'different',
            says: `You chose \`${plainLine(given)}\` with --namespace.`,
          } as const,
        };
  const parts = [
    { section: 'global', value: source.value, path: [] },
    { section: 'runners', value: value, path: ['runners', index] },
    { section, value: value[section], path },
  ] as const;
  const checked = parts.map((part) => checkKeys(part.section, part.value, part.path));
  const problems = checked.flatMap((each) => each.problems);
  const wrong = problems.map((problem) => problem.path);
  const taken = parts.map((part) =>
    takeSection({
      ...part,
      value: withoutKeys(
        part.value,
        wrong.filter((at) => isBelow(at, part.path)).map((at) => at.slice(part.path.length)),
      ),
      draft,
      decided: part.section === section ? decided : {},
    }),
  );
  const all = [...problems, ...taken.flatMap((each) => each.problems)];
  if (all.length > 0)
    throw unreadable(
      input,
      all.map((problem) => located(problem, source.placeOf)),
    );
  const hasNamespace = valueAt(draft.policy, ['cluster', 'namespace']) !== undefined;
  if (!hasNamespace) setValue(draft, ['cluster', 'namespace'], 'default', 'namespace');
  const unsaid = [...(hasNamespace ? [] : [noNamespace]), ...completeDraft(draft, section === 'kubernetes')];
  const { text, read, refused } = settlePolicy(draft, head(input, name));
  const unknown = new Map(
    checked
      .flatMap((each) => each.unknown)
      .map(({ path: at, meant, now }) => [JSON.stringify(at), now === null ? hint(meant) : renamed(now)]),
  );
  const entries = taken.flatMap((each) => each.entries).map((entry) => finished(entry, refused, unknown));
  const findings = [...lintPolicy(read.policy), ...lintPodPolicy(read.policy)].map(
    ({ path: at, about, message }) =>
      `\`${formatKeyPath(at)}\`: \`${plainLine(about)}\` ${plainLine(message)}.`,
  );
  const placeOf = (at: KeyPath): Place => moved(source.placeOf(at), input.offset);
  return {
    policy: text,
    runner: runnerFile({
      source,
      index,
      executable: input.executable,
      policyFile: input.policyFile,
      readySeconds: read.policy.timeouts.ready,
    }),
    report: formatReport({ file: input.file, runner: name, entries, unsaid, findings, placeOf }),
    entries,
  };
}

const noNamespace =
  'Your configuration names no namespace, so that pods are made in `default`. Give jobs one where nothing else lives: `cluster.namespace`, or --namespace.';

const isBelow = (path: KeyPath, above: KeyPath): boolean => above.every((key, at) => path[at] === key);

/** A key of which something was refused is no longer what its row says. */
function finished(
  entry: KeyEntry,
  refused: ReadonlyMap<string, string>,
  unknown: ReadonlyMap<string, string | null>,
): KeyEntry {
  const more = unknown.get(JSON.stringify(entry.path)) ?? null;
  if (more !== null) return { ...entry, says: `${entry.says} ${more}` };
  const why =
    entry.section === 'kubernetes' || entry.section === 'docker' ? refused.get(entry.key) : undefined;
  return why === undefined ? entry : { ...entry, verdict: 'different', says: `${why} ${entry.says}`.trim() };
}

const hint = (meant: string | null): string | null => (meant === null ? null : `Did you mean \`${meant}\`?`);
const renamed = (now: string): string => `It is called \`${now}\` now: write that where you need it.`;

const head = ({ file }: ImportInput, runner: string): string =>
  [
    `# Made by gitlab-pod-executor import-config of ${plainLine(file)}, runner ${plainLine(runner)}. The report beside it says what became`,
    '# of each key; config/policy.yaml of the project explains the keys here. Try a change with',
    '# `gitlab-pod-executor check --policy FILE --lint`.',
  ].join('\n');

const located = ({ path, message }: Problem, placeOf: (path: KeyPath) => Place): Mistake => ({
  ...placeOf(path),
  message: path.length === 0 ? message : `${formatKeyPath(path)} ${message}`,
});

const moved = ({ line, column }: Place, offset: Place = { line: 1, column: 1 }): Place => ({
  line: line + offset.line - 1,
  column: column + offset.column - 1,
});

function unreadable({ file, offset }: ImportInput, mistakes: readonly Mistake[]): SystemFailure {
  const places = mistakes
    .map(({ message, ...place }) => ({ file, ...moved(place, offset), message: plainLine(message) }))
    .sort((one, other) => one.line - other.line || one.column - other.column);
  const number = places.length === 1 ? 'a mistake' : `${places.length} mistakes`;
  const lines = places.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
  const what = [`Nothing was imported, because the configuration has ${number}:`, ...lines].join('\n');
  return new SystemFailure('import', { what }, { mistakes: places });
}
