// Rules that hold for a number of times.

export interface RuleList<Rule, Subject> {
  add(rule: Rule, times: number): void;
  /** The first rule that matches, once less from now on. */
  take(subject: Subject): Rule | null;
  clear(): void;
}

export function createRuleList<Rule, Subject>(
  matches: (rule: Rule, subject: Subject) => boolean,
): RuleList<Rule, Subject> {
  let rules: { readonly rule: Rule; left: number }[] = [];
  return {
    add: (rule, left) => rules.push({ rule, left }),
    take(subject) {
      const found = rules.find(({ rule }) => matches(rule, subject));
      if (!found) return null;
      found.left -= 1;
      if (found.left <= 0) rules = rules.filter((other) => other !== found);
      return found.rule;
    },
    clear() {
      rules = [];
    },
  };
}
