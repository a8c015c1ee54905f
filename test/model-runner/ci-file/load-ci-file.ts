// The CI file with everything that it includes from its own repository, merged as GitLab merges: what includes wins over what is
// included, and a later file over an earlier one.
import { compileIncludePattern, isIncludePattern } from '../../../src/ci-file/includes/include-pattern.ts';
import { readGitFile } from '../gitlab/git-facts.ts';
import type { Variable } from '../runner/variables.ts';
import { expandAll, fillVariables } from './expand-all.ts';
import { fillInputs } from './inputs.ts';
import { parseCiFile } from './parse-ci-file.ts';
import type { PipelineContext } from './pipeline-context.ts';
import { findRule } from './rules.ts';
import { deepMerge, isSettings, listOf, type Settings, settingsOf, textOf } from './settings.ts';

export const ciFile = '.gitlab-ci.yml';
/** GitLab's own limit. */
const maxIncludes = 150;

/** @throws with every include that cannot be followed here */
export function loadCiFile(context: PipelineContext): Settings {
  const loading: Loading = { context, files: [], faults: [] };
  const { inputs = {}, repository } = context.from;
  const merged = loadFile(ciFile, inputs, loading);
  if (merged === null) throw new Error(`${repository} has no ${ciFile} at ${context.git.sha}`);
  if (loading.faults.length > 0) throw new Error(refusal(loading.faults));
  return merged;
}

export function refusal(faults: readonly string[]): string {
  return `The model runner cannot run ${ciFile}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`;
}

interface Loading {
  readonly context: PipelineContext;
  readonly files: string[];
  readonly faults: string[];
}

function loadFile(path: string, inputs: Settings, loading: Loading): Settings | null {
  const { context, files } = loading;
  const text = readGitFile(context.from.repository, { sha: context.git.sha, path });
  if (text === null) return null;
  if (files.push(path) > maxIncludes)
    throw new Error(`Maximum of ${maxIncludes} nested includes are allowed!`);
  const parsed = parseCiFile(text, path);
  const expand = (value: string) => fillVariables(value, includeVariables({}, context));
  const { include, ...own } = fillInputs(parsed.content, parsed.spec, { file: path, inputs, expand });
  let merged: Settings = {};
  for (const entry of listOf(include)) {
    for (const included of loadInclude(entry, own, loading)) merged = settingsOf(deepMerge(merged, included));
  }
  return settingsOf(deepMerge(merged, own));
}

/** Files are included before jobs and workflow are looked at: only the file's own global variables are known. */
function includeVariables(own: Settings, { predefined, given }: PipelineContext): readonly Variable[] {
  const global = Object.entries(settingsOf(own['variables'])).map(([key, value]) => ({
    key,
    value: textOf(isSettings(value) ? value['value'] : value),
  }));
  return expandAll([...predefined, ...global, ...given]);
}

function loadInclude(entry: unknown, own: Settings, loading: Loading): readonly Settings[] {
  const { context, faults } = loading;
  const include: Settings = isSettings(entry) ? entry : { [includeKind(textOf(entry))]: entry };
  const variables = includeVariables(own, context);
  if (include['rules'] !== undefined) {
    const rule = findRule(include['rules'], { context, variables });
    if (rule === null || rule['when'] === 'never') return [];
  }
  const foreign = ['remote', 'project', 'template', 'component', 'artifact'].find((key) => key in include);
  if (foreign !== undefined) {
    faults.push(
      `include: ${foreign}: ${textOf(include[foreign])} is not supported; only files of the repository are`,
    );
    return [];
  }
  const path = fillVariables(textOf(include['local']), variables).replace(/^\/+/, '');
  const paths = isIncludePattern(path) ? context.files().filter(compileIncludePattern(path)) : [path];
  return paths.flatMap((each) => {
    const loaded = /\.ya?ml$/.test(each) ? loadFile(each, settingsOf(include['inputs']), loading) : null;
    if (loaded === null)
      faults.push(`Local file \`${each}\` does not exist, or does not end in .yml or .yaml`);
    return loaded === null ? [] : [loaded];
  });
}

const includeKind = (location: string): string => (/^https?:\/\//.test(location) ? 'remote' : 'local');
