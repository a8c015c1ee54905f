// The runner that is imported: the one that was named, or the only one whose jobs run in containers.
import type { KeyPath, Problem } from '../policy/problem.ts';
import { isObject } from '../security/field-values.ts';
import { shortList } from '../text/short-list.ts';

export type ChosenRunner =
  | {
      readonly section: 'kubernetes' | 'docker';
      readonly index: number;
      readonly name: string;
      /** Of the section. */
      readonly path: KeyPath;
      readonly value: Readonly<Record<string, unknown>>;
    }
  | { readonly problem: Problem };

export function chooseRunner(
  config: Readonly<Record<string, unknown>>,
  asked: string | undefined,
): ChosenRunner {
  const list: readonly unknown[] = Array.isArray(config['runners']) ? (config['runners'] as unknown[]) : [];
  const runners = list.flatMap((value, index) =>
    isObject(value) ? [{ value, index, name: nameOf(value, index) }] : [],
  );
  const fitting = runners.filter(({ value }) => sectionOf(value) !== null);
  const isAsked = ({ name, index }: (typeof runners)[number]): boolean =>
    asked === undefined || asked === name || asked === placeName(index);
  const named = fitting.filter(isAsked);
  const [only] = named;
  // Of several with one name, the place says which.
  const isShared = (name: string): boolean => fitting.filter((each) => each.name === name).length > 1;
  const names = shortList(
    fitting.map(({ name, index }) => (isShared(name) ? `${placeName(index)} (${name})` : name)),
  );
  const problem = (message: string, index?: number): ChosenRunner => ({
    problem: { path: index === undefined ? ['runners'] : ['runners', index], message },
  });
  if (fitting.length === 0)
    return problem('has none with the Kubernetes or the Docker executor, and others cannot be imported');
  if (only === undefined) {
    const other = runners.find(isAsked);
    return other === undefined
      ? problem(`has none called ${String(asked)}; --runner takes one of ${names}`)
      : problem(
          `is ${other.name}, with the executor \`${String(other.value['executor'])}\`, which cannot be imported; --runner takes one of ${names}`,
          other.index,
        );
  }
  if (named.length > 1)
    return problem(`has ${named.length} that can be imported: choose one with --runner: ${names}`);
  const section = sectionOf(only.value) ?? 'kubernetes';
  return { ...only, section, path: ['runners', only.index, section] };
}

const nameOf = ({ name }: Readonly<Record<string, unknown>>, index: number): string =>
  typeof name === 'string' && name !== '' ? name : placeName(index);

const placeName = (index: number): string => `runners[${index}]`;

/** A chart's configuration need not name the executor. */
function sectionOf({
  executor,
  kubernetes,
}: Readonly<Record<string, unknown>>): 'kubernetes' | 'docker' | null {
  if (executor === 'kubernetes' || (executor === undefined && isObject(kubernetes))) return 'kubernetes';
  return ['docker', 'docker+machine', 'docker-autoscaler'].includes(String(executor)) ? 'docker' : null;
}
