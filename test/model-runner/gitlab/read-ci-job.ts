// A job of a `.gitlab-ci.yml` in a real repository, at a commit. Literals, YAML anchors and `default` only; what it cannot do it
// says aloud, because a job that runs without its `rules` or its `extends` would prove nothing.
import { isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { CiFileJob } from '../options.ts';
import type { Variable } from '../runner/variables.ts';
import { artifactsOf } from './ci-artifacts.ts';
import { cachesOf } from './ci-cache.ts';
import { seconds } from './ci-duration.ts';
import { readGitFacts, readGitFile } from './git-facts.ts';
import type { ImageDefinition, JobDefinition, ServiceDefinition } from './job-definition.ts';

const ciFile = '.gitlab-ci.yml';
const defaultStages = ['.pre', 'build', 'test', 'deploy', '.post'];
/** Could be left out of a run without its meaning changing for the executor. */
const ignoredKeys = [
  'retry',
  'tags',
  'interruptible',
  'needs',
  'when',
  'resource_group',
  'environment',
  'coverage',
  'only',
  'except',
];
const jobKeys = [
  'stage',
  'image',
  'services',
  'variables',
  'before_script',
  'script',
  'after_script',
  'artifacts',
  'cache',
  'timeout',
  'allow_failure',
  'dependencies',
  'hooks',
];
const unsupportedGlobals = ['include', 'workflow', 'spec'];
/** Of the whole file; any other map is a job, or a hidden one. */
const globalKeys = [
  'default',
  'stages',
  'variables',
  'image',
  'services',
  'before_script',
  'after_script',
  'cache',
  ...unsupportedGlobals,
];
const inheritedKeys = [
  'image',
  'services',
  'before_script',
  'after_script',
  'cache',
  'artifacts',
  'timeout',
  'hooks',
];

type Settings = Readonly<Record<string, unknown>>;

/** @throws with every reason at once when the file or the job asks for more than the model can. */
export function readCiJob(job: CiFileJob): JobDefinition {
  const { file, facts } = readCiFile(job);
  const settings = file[job.ciJob];
  if (!isSettings(settings) || job.ciJob.startsWith('.')) {
    const names = listJobs(file).join(', ');
    throw new Error(`${ciFile} has no job "${job.ciJob}"; it has ${names === '' ? 'none' : names}`);
  }
  const faults = unsupported(job.ciJob, file, settings);
  if (faults.length > 0) throw new Error(`The model runner cannot run ${ciFile}:\n${faults.join('\n')}`);
  return { ...toDefinition(job.ciJob, inherit(file, settings), file), ...facts, ...job.overrides };
}

/** The names of the jobs of the file at that commit. */
export function listCiJobs(job: Omit<CiFileJob, 'ciJob'>): readonly string[] {
  return listJobs(readCiFile(job).file);
}

function readCiFile(job: Omit<CiFileJob, 'ciJob'>) {
  const git = readGitFacts(job.repository, { ref: job.overrides?.ref ?? job.ref, sha: job.overrides?.sha });
  const text = readGitFile(job.repository, { sha: git.sha, path: ciFile });
  if (text === null) throw new Error(`${job.repository} has no ${ciFile} at ${git.sha}`);
  return { file: parseCi(text), facts: { repository: job.repository, ref: git.ref, sha: git.sha } };
}

function parseCi(text: string): Settings {
  const lines = new LineCounter();
  const document = parseDocument(text, { merge: true, lineCounter: lines, logLevel: 'silent' });
  const mistakes = [...document.errors, ...document.warnings].map(({ message }) => message);
  visit(document, {
    Node(_, node) {
      const at = lines.linePos(node.range?.[0] ?? 0);
      if (node.tag === '!reference') mistakes.push(`!reference is not supported (line ${at.line})`);
    },
    Pair(_, { key }) {
      if (isScalar(key) && key.value === '<<') return;
      if (isMap(key)) mistakes.push('a key must be a text');
    },
  });
  if (mistakes.length > 0) throw new Error(`Cannot read ${ciFile}:\n${mistakes.join('\n')}`);
  const value: unknown = document.toJS();
  if (!isSettings(value)) throw new Error(`${ciFile} must be a map of jobs`);
  return value;
}

function listJobs(file: Settings): readonly string[] {
  return Object.entries(file)
    .filter(([name, value]) => isSettings(value) && !name.startsWith('.') && !globalKeys.includes(name))
    .map(([name]) => name);
}

function unsupported(job: string, file: Settings, settings: Settings): readonly string[] {
  const global = unsupportedGlobals.filter((key) => key in file);
  const own = Object.keys(settings).filter((key) => !jobKeys.includes(key) && !ignoredKeys.includes(key));
  return [...global, ...own.map((key) => `${job}: ${key}`)].map(
    (key) => `  ${key} is not supported; write the job out`,
  );
}

/** `default` and the older global keywords, where the job says nothing. */
function inherit(file: Settings, job: Settings): Settings {
  const own = isSettings(file['default']) ? file['default'] : {};
  const entries = inheritedKeys.flatMap((key) => {
    const value = job[key] ?? own[key] ?? file[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return { ...job, ...Object.fromEntries(entries) };
}

function toDefinition(name: string, job: Settings, file: Settings): JobDefinition {
  const stages = Array.isArray(file['stages'])
    ? ['.pre', ...file['stages'].map(String), '.post']
    : defaultStages;
  const stage = textOf(job['stage'] ?? 'test');
  if (!stages.includes(stage)) throw new Error(`${name}: stage "${stage}" is none of ${stages.join(', ')}`);
  return {
    name,
    stage,
    stages,
    ...given(job, 'image', (value) => value as string | ImageDefinition),
    ...given(job, 'services', (value) => value as readonly (string | ServiceDefinition)[]),
    variables: [...variablesOf(file['variables']), ...variablesOf(job['variables'])],
    ...given(job, 'before_script', commandsOf),
    ...given(job, 'script', commandsOf),
    ...given(job, 'after_script', commandsOf),
    ...given(job, 'artifacts', artifactsOf),
    ...given(job, 'cache', cachesOf),
    ...given(job, 'timeout', (value) => seconds(String(value))),
    ...given(job, 'dependencies', (value) => value as readonly string[]),
    ...given(job, 'allow_failure', allowedFailure),
    ...given(job, 'hooks', hooksOf),
  };
}

function given<K extends string, T>(
  job: Settings,
  key: K,
  read: (value: unknown) => T,
): { readonly [P in K]?: T } {
  const value = job[key];
  return (value === undefined || value === null ? {} : { [key]: read(value) }) as { readonly [P in K]?: T };
}

/** One command, a list, or lists in lists as anchors make them. */
function commandsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.flatMap(commandsOf) : [String(value)];
}

function variablesOf(value: unknown): readonly Variable[] {
  if (!isSettings(value)) return [];
  return Object.entries(value).map(([key, entry]) => {
    const { value: text, expand } = isSettings(entry) ? entry : { value: entry, expand: true };
    return { key, value: textOf(text ?? ''), public: true, raw: expand === false };
  });
}

function allowedFailure(value: unknown): NonNullable<JobDefinition['allow_failure']> {
  if (typeof value === 'boolean') return value;
  const codes = isSettings(value) ? value['exit_codes'] : [];
  return { exit_codes: (Array.isArray(codes) ? codes : [codes]).map(Number) };
}

function hooksOf(value: unknown) {
  if (!isSettings(value)) return [];
  return Object.entries(value).map(([name, script]) => ({ name, script: commandsOf(script) }));
}

/** A scalar as GitLab writes it into a variable or a name. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
