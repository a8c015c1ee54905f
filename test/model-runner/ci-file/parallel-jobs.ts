// `parallel: 3` and `parallel: {matrix: …}`: one job written, several made (GitLab: lib/gitlab/ci/config/normalizer).
import type { Variable } from '../runner/variables.ts';
import { isSettings, listOf, type Settings, settingsOf, textOf, textsOf } from './settings.ts';

export interface JobInstance {
  readonly name: string;
  /** CI_NODE_INDEX, from 1; null: the job is written without `parallel`. */
  readonly index: number | null;
  readonly total: number;
  /** Of the matrix. */
  readonly variables: readonly Variable[];
}

/** GitLab's own limit. */
const maxInstances = 200;

/** @throws when there are more than GitLab takes */
export function instancesOf(name: string, parallel: unknown): readonly JobInstance[] {
  if (parallel === undefined) return [{ name, index: null, total: 1, variables: [] }];
  const instances = isSettings(parallel)
    ? matrixInstances(name, parallel)
    : Array.from({ length: Number(parallel) }, (_, at) => ({
        name: `${name} ${at + 1}/${Number(parallel)}`,
      }));
  if (instances.length > maxInstances)
    throw new Error(`parallel: makes ${instances.length} jobs; GitLab takes ${maxInstances}`);
  const total = instances.length;
  return instances.map((instance, at) => ({ variables: [], ...instance, index: at + 1, total }));
}

/** The first variable of a row changes slowest. */
function matrixInstances(name: string, { matrix }: Settings) {
  return listOf(matrix)
    .flatMap((row) => combinations(Object.entries(settingsOf(row))))
    .map((variables) => ({
      name: `${name}: [${variables.map(({ value }) => value).join(', ')}]`,
      variables,
    }));
}

function combinations(row: readonly (readonly [string, unknown])[]): readonly (readonly Variable[])[] {
  return row.reduce<readonly (readonly Variable[])[]>(
    (made, [key, values]) =>
      made.flatMap((each) => textsOf(values).map((value) => [...each, { key, value, public: true }])),
    [[]],
  );
}

export interface Need {
  readonly job: string;
  readonly artifacts: boolean;
  readonly optional: boolean;
}

type Instances = ReadonlyMap<string, readonly JobInstance[]>;

/** A parallel job stands for all that is made of it, or for the rows that `needs:parallel:matrix` picks. */
export function needsOf(needs: unknown, instances: Instances): readonly Need[] {
  return listOf(needs).flatMap((entry) => {
    const { job, artifacts = true, optional = false, parallel } = isSettings(entry) ? entry : { job: entry };
    const name = textOf(job);
    const names = isSettings(parallel)
      ? instancesOf(name, parallel).map((instance) => instance.name)
      : instanceNames(name, instances);
    return names.map((each) => ({ job: each, artifacts: artifacts !== false, optional: optional === true }));
  });
}

export function instanceNames(name: string, instances: Instances): readonly string[] {
  return instances.get(name)?.map((instance) => instance.name) ?? [name];
}
