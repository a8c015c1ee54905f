// What `rules` may do to a job's variables: the first rule that holds decides, and which one that is only the pipeline knows.
import { isSeq } from 'yaml';
import { childOf, hasTag, itemsOf, spotText } from '../ci-nodes.ts';
import { type Layers, strongest } from '../merged-view.ts';

/** The `variables` of each rule that lets the job run; of a rule without any, or without rules, an empty stack. */
export function ruleChoices(layers: Layers): readonly Layers[] {
  const rules = strongest(layers, 'rules');
  if (rules === null || !isSeq(rules.node)) return [[]];
  if (hasTag(rules.node)) return [[rules]];
  const choices = itemsOf(rules).flatMap((rule): readonly Layers[] => {
    // A !reference to rules of another job: they may set anything.
    if (hasTag(rule.node)) return [[rule]];
    const when = childOf(rule, 'when');
    if (when !== null && spotText(when) === 'never') return [];
    const variables = childOf(rule, 'variables');
    return [variables === null ? [] : [variables]];
  });
  return choices.length === 0 ? [[]] : choices;
}
