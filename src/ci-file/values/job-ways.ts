// The ways in which a job may run, as far as its variables differ: each combination of its matrix, each rule of its own that may
// hold, and each of the workflow's. What is set in one of them only is not set in the others.

import { spend } from '../ci-nodes.ts';
import { type Layers, lookUp } from '../merged-view.ts';
import { inherits } from './inherit.ts';
import { type Combination, matrixCombinations } from './matrix-rows.ts';
import { ruleChoices } from './rule-choices.ts';
import { type Value, valueIn } from './variable-value.ts';

/** What a variable is in one way; null: nothing sets it. */
export type Way = (key: string) => Value;

export interface JobWays {
  /** Those that differ in the keys. null: more than anybody would want to read about. */
  waysFor(keys: ReadonlySet<string>): readonly Way[] | null;
  /** Everything that the key may be, whatever the way. */
  candidates(key: string): readonly NonNullable<Value>[];
}

/** A matrix of 200 combinations, the most that GitLab takes, under five rules. */
const maxWays = 1000;

/** What is known of variables beside the files. */
export interface OutsideValues {
  /** By hand: they win over the files. */
  readonly given: ReadonlyMap<string, string>;
  /** Those of another job of the same pipeline, for what the files do not set. */
  readonly environment: ReadonlyMap<string, string>;
}

/**
 * From the strongest place to the weakest: given by hand, the job's rules, its matrix, its variables, the workflow's rules, the
 * pipeline's variables (Gitlab::Ci::Pipeline::Seed::Build merges rules over the rest), the environment.
 */
export function jobWays(job: Layers, pipeline: Layers, { given, environment }: OutsideValues): JobWays {
  const own = lookUp(job, 'variables');
  const shared = lookUp(pipeline, 'variables');
  const rules = ruleChoices(job);
  const workflow = ruleChoices(lookUp(pipeline, 'workflow'));
  const makeWay =
    (combination: Combination, rule: Layers, flow: Layers): Way =>
    (key) => {
      const byHand = given.get(key);
      if (byHand !== undefined) return { text: byHand };
      const ofJob = valueIn(rule, key) ?? combination.get(key) ?? valueIn(own, key);
      if (ofJob !== null) return ofJob;
      const ofPipeline = inherits(job, 'variables', key)
        ? (valueIn(flow, key) ?? valueIn(shared, key))
        : null;
      const outside = environment.get(key);
      return ofPipeline ?? (outside === undefined ? null : { text: outside });
    };
  const waysFor = (keys: ReadonlySet<string>): readonly Way[] | null => {
    const combinations = matrixCombinations(job, keys, maxWays);
    const [ofRules, ofFlow] = [rules, workflow].map((choices) => distinct(choices, keys));
    if (combinations === null || ofRules === undefined || ofFlow === undefined) return null;
    const [first] = pipeline;
    if (first !== undefined) spend(first, combinations.length);
    if (combinations.length * ofRules.length * ofFlow.length > maxWays) return null;
    return combinations.flatMap((each) =>
      ofRules.flatMap((rule) => ofFlow.map((flow) => makeWay(each, rule, flow))),
    );
  };
  const candidates = (key: string): readonly NonNullable<Value>[] =>
    (waysFor(new Set([key])) ?? []).flatMap((way) => way(key) ?? []);
  return { waysFor, candidates };
}

/** Choices that set the same, each once. */
function distinct(choices: readonly Layers[], keys: ReadonlySet<string>): readonly Layers[] {
  const found = new Map<string, Layers>();
  for (const choice of choices) {
    const id = JSON.stringify([...keys].map((key) => valueIn(choice, key)));
    if (!found.has(id)) found.set(id, choice);
  }
  return [...found.values()];
}
