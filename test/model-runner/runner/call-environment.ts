// What each call of the executor finds in its environment (executors/custom/custom.go prepareCommand, command/command.go).
import type { Image } from '../gitlab/job-payload.ts';
import { allVariables, type Build } from './build.ts';
import { goJson } from './response-file.ts';
import { expandVariables, type Variable, variableValue } from './variables.ts';

export const buildFailureExitCode = 1;
export const systemFailureExitCode = 2;

export interface AttemptFiles {
  readonly dir: string;
  readonly responseFile: string;
  readonly codeFile: string;
}

/** Later ones win: the fixed names, then job_env, then the job's variables. */
export function callEnvironment(
  build: Build,
  { files, jobEnv }: { readonly files: AttemptFiles; readonly jobEnv: Readonly<Record<string, string>> },
): Readonly<Record<string, string>> {
  const variables = [...allVariables(build), { key: 'CI_JOB_SERVICES', value: servicesVariable(build) }];
  return {
    TMPDIR: files.dir,
    BUILD_FAILURE_EXIT_CODE: String(buildFailureExitCode),
    SYSTEM_FAILURE_EXIT_CODE: String(systemFailureExitCode),
    BUILD_EXIT_CODE_FILE: files.codeFile,
    JOB_RESPONSE_FILE: files.responseFile,
    ...jobEnv,
    ...Object.fromEntries(variables.map(({ key, value }) => [`CUSTOM_ENV_${key}`, value])),
  };
}

/** Name, first alias, entrypoint, command and variables of each service; '' without services. */
function servicesVariable(build: Build): string {
  if (build.services.length === 0) return '';
  const known = allVariables(build);
  return goJson(build.services.map((service) => describeService(service, known)));
}

function describeService(service: Image, known: readonly Variable[]) {
  return {
    name: service.name,
    alias: (service.alias ?? '').split(/[\s,]+/).find((alias) => alias !== '') ?? '',
    entrypoint: service.entrypoint ?? null,
    command: service.command ?? null,
    ...(service.variables?.length && { variables: serviceVariables(service.variables, known) }),
  };
}

/** Expanded against the job's and the service's own; sorted by name, as Go writes a map. */
function serviceVariables(
  variables: readonly Variable[],
  known: readonly Variable[],
): Readonly<Record<string, string>> {
  const expanded = expandVariables([...known, ...variables]);
  const names = variables.map((variable) => variable.key).sort();
  return Object.fromEntries(names.map((name) => [name, variableValue(expanded, name)]));
}
